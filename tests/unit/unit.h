/* unit.h: what every unit test includes: cmocka with the headers that it expects before it. */
#ifndef DEFLECT_TESTS_UNIT_H
#define DEFLECT_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
