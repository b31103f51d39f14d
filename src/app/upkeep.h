/* upkeep.h: the thread that does what is due now and then: retention, the end of the hold-out. */
#ifndef DEFLECT_APP_UPKEEP_H
#define DEFLECT_APP_UPKEEP_H

#include "app/service.h"

struct upkeep;

enum status upkeep_start(struct service *service, struct upkeep **ret, struct error *err);
struct upkeep *upkeep_stop(struct upkeep *upkeep);

#endif
