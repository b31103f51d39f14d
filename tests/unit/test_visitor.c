/* test_visitor.c: robots by what they call themselves, and session ids. */
#include "unit.h"

#include "http/request.h"
#include "http/visitor.h"

#include <string.h>

static const char *const robots[] = {
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0; +https://openai.com/bot",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "TelegramBot (like TwitterBot)",
    "WhatsApp/2.23.20.0",
    "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
    "CCBot/2.0 (https://commoncrawl.org/faq/)",
    "ia_archiver",
    "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X) AppleWebKit/537.36 (compatible; Googlebot/2.1)",
};

static const char *const people[] = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:120.0) Gecko/20100101 Firefox/120.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 9; CUBOT_NOTE_S) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36",
    "curl/7.88.1",
    "node",
    "python-requests/2.31.0",
    "okhttp/4.12.0",
    "",
};

static void robots_are_those_that_say_so(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof robots / sizeof *robots; i++)
        if (!visitor_is_robot(robots[i]))
            fail_msg("taken for a person: %s", robots[i]);
    for (size_t i = 0; i < sizeof people / sizeof *people; i++)
        if (visitor_is_robot(people[i]))
            fail_msg("taken for a robot: %s", people[i]);
    assert_false(visitor_is_robot(NULL));
}

static void a_user_agent_without_end_is_read_in_part(void **state)
{
    char text[20000];
    (void)state;
    memset(text, 'b', sizeof text);
    text[sizeof text - 1] = '\0';
    assert_false(visitor_is_robot(text));
}

static void sessions_have_a_shape(void **state)
{
    char text[130];
    (void)state;
    assert_true(request_session_valid(slice_of("4b1c7c1e-2f0e.A_b:9")));
    assert_false(request_session_valid(slice_of("")));
    assert_false(request_session_valid(slice_of(NULL)));
    assert_false(request_session_valid(slice_of("a b")));
    assert_false(request_session_valid(slice_of("a/b")));
    assert_false(request_session_valid(slice_of("\xC3\xA9")));
    assert_false(request_session_valid((struct slice){"a\0b", 3}));
    memset(text, 'a', sizeof text);
    assert_true(request_session_valid((struct slice){text, 128}));
    assert_false(request_session_valid((struct slice){text, 129}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(robots_are_those_that_say_so),
        cmocka_unit_test(a_user_agent_without_end_is_read_in_part),
        cmocka_unit_test(sessions_have_a_shape),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
