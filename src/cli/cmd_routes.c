/* cmd_routes.c: `deflect routes`: the addresses that the service answers, from the table that dispatches. */
#include "cli/cli.h"

#include "http/router.h"

static const char *role_of(const struct route *route)
{
    return route->role == ROLE_NONE ? "none" : token_role_name(route->role);
}

static json_t *routes_json(void)
{
    json_t *list = json_array();
    for (const struct route *route = routes()->routes; list && route->path; route++)
        if (json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:s}", "method", route->method, "path", route->path,
                                                  "role", role_of(route), "summary", route->doc))) {
            json_decref(list);
            return NULL;
        }
    return list;
}

int cmd_routes(struct cli *cli)
{
    if (cli_option(cli, "json"))
        return cli_print_json(routes_json());
    for (const struct route *route = routes()->routes; route->path; route++)
        (void)printf("%-6s %-28s %-7s %s\n", route->method, route->path, role_of(route), route->doc);
    return CLI_DONE;
}
