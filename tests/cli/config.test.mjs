// The configuration: file, environment and flags, and what is said of mistakes in them.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { articles, folder, run, site, write } from "../lib/deflect.mjs";

/** Runs `doctor`-free: `token list` needs nothing but a good configuration. */
function tryFile(context, text) {
  const path = write(folder(context), { "deflect.yaml": text });
  return run(["--config", join(path, "deflect.yaml"), "--data", join(path, "data"), "routes"]);
}

test("an unknown key in the file is an error that names file, line and the nearest key", (context) => {
  const { code, stderr } = tryFile(context, "# ours\nlisten: 127.0.0.1:0\nholdot: 0.1\n");
  assert.equal(code, 2);
  assert.match(stderr, /^deflect: .*deflect\.yaml line 3: unknown key holdot; did you mean holdout\?/);
});

test("a value out of its range says what is allowed", (context) => {
  const { code, stderr } = tryFile(context, "holdout: 0.6\n");
  assert.equal(code, 2);
  assert.match(stderr, /line 1: holdout must be a number from 0 to 0\.5, not "0\.6"/);
});

test("wrong values of every kind are refused", (context) => {
  for (const line of [
    "window: soon", "rate_limit: -1", "listen: nowhere", "listen: 127.0.0.1:70000",
    "public_url: help.example.com", "origins: [https://a.example/path]", "staff_networks: [10.0.0.0/40]",
    "trusted_proxies: example.com", "default_lang: english!", "metrics_public: perhaps",
    "store: oracle", "retention: 0d", "contact_url: //evil.example", "cache_bytes: many",
    "hooks: nothing", "hooks:\n  zendsk: x", "origins:\n  a: b", "- a\n- b", "a: b: c", "holdout: 0.1\nholdout: 0.2",
  ]) {
    const { code, stderr } = tryFile(context, line + "\n");
    assert.equal(code, 2, line);
    assert.match(stderr, /^deflect: .*line \d/, line);
  }
});

test("right values of every kind are taken", (context) => {
  const { code, stderr } = tryFile(context, `
articles: articles
origins: [https://www.example.com, "https://shop.example.com:8443/"]
languages: en, de, pt-BR
holdout: 0.1
holdout_until: 2027-01-01
window: 12h
staff_networks: [10.0.0.0/8, "2001:db8::/32", 192.0.2.7]
hooks:
  zendesk: secret
  github: other
metrics_public: yes
retention: 400d
cache_bytes: 64M
contact_url: https://www.example.com/contact
edit_url: https://git.example.com/edit/{path}
`);
  assert.equal(stderr, "");
  assert.equal(code, 0);
});

test("an empty file is a configuration", (context) => {
  assert.equal(tryFile(context, "").code, 0);
  assert.equal(tryFile(context, "# nothing\nhooks:\n").code, 0);
});

test("a file that was named must be there", () => {
  const { code, stderr } = run(["--config", "/nowhere/deflect.yaml", "token", "list"]);
  assert.equal(code, 2);
  assert.match(stderr, /nowhere\/deflect\.yaml/);
});

test("the environment wins over the file, a flag over both", (context) => {
  const place = site(context);
  write(place.path, { "deflect.yaml": "articles: missing-a\n" });
  const withoutFlags = (args, env) => run(args, { cwd: place.path, env });
  assert.match(withoutFlags(["index"]).stderr, /missing-a/);
  assert.match(withoutFlags(["index"], { DEFLECT_ARTICLES: "missing-b" }).stderr, /missing-b/);
  const { stderr } = withoutFlags(["--articles", "missing-c", "index"], { DEFLECT_ARTICLES: "missing-b" });
  assert.match(stderr, /missing-c/);
});

test("nested keys stand in environment and flags, with - or _", (context) => {
  const data = join(folder(context), "data");
  assert.equal(run(["--data", data, "--hooks.zendesk", "s", "token", "create", "--role", "agent"]).code, 0);
  assert.equal(run(["--data", data, "--hooks.zendesk=s", "--default_lang=de", "token", "list"]).code, 0);
  assert.equal(run(["--data", data, "token", "list"], { env: { DEFLECT_HOOKS_ZENDESK: "s" } }).code, 0);
  const wrong = run(["--data", data, "token", "list"], { env: { DEFLECT_HOOKS_ZENDSK: "s" } });
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /DEFLECT_HOOKS_ZENDSK.*did you mean hooks\.zendesk/);
});

test("what Kubernetes sets for a service called deflect is no mistake", (context) => {
  const data = join(folder(context), "data");
  const env = { DEFLECT_PORT: "tcp://10.0.0.1:80", DEFLECT_SERVICE_HOST: "10.0.0.1",
    DEFLECT_PORT_80_TCP_ADDR: "10.0.0.1", DEFLECT_SERVICE_PORT_HTTP: "80" };
  assert.equal(run(["--data", data, "token", "create", "--role", "agent"], { env }).code, 0);
});

test("wrong usage exits with 2 and names the nearest thing", () => {
  for (const [args, message] of [
    [["serch", "x"], /unknown command serch; did you mean search\?/],
    [["search", "--limt", "3", "x"], /unknown option --limt; did you mean --limit\?/],
    [["search", "--limit", "99", "x"], /--limit must be a whole number from 1 to 20, not "99"/],
    [["search"], /needs a query/],
    [["search", ""], /needs a query/],
    [["search", "   "], /needs a query/],
    [["search", "--lang", "zz-!!", "x"], /--lang must be a language tag such as en or pt-BR, not "zz-!!"/],
    [["token"], /token needs one of: create, link, list, revoke/],
    [["token", "crate"], /unknown command token crate; there are: create, link, list, revoke/],
    [["index", "all"], /index takes no argument/],
    [["report", "--format", "xml"], /--format must be text, json or csv/],
    [["--data"], /--data needs a value/],
    [["-x"], /unknown option -x/],
  ]) {
    const { code, stderr, stdout } = run(args);
    assert.equal(code, 2, args.join(" "));
    assert.match(stderr, message);
    assert.match(stderr, /^deflect: /);
    assert.equal(stdout, "");
  }
  const nothing = run([]);
  assert.equal(nothing.code, 2);
  assert.match(nothing.stderr, /Usage: deflect/);
});

test("a mistyped data folder is not made by what only looks at it", (context) => {
  const data = join(folder(context), "dta");
  for (const args of [["token", "list"], ["search", "x"], ["export", "events"], ["report"], ["erase", "--session", "s"],
    ["hooks", "test", "generic"], ["token", "revoke", "x"], ["token", "link", "x"], ["draft", "x"], ["doctor"], ["backup", data + ".copy"]]) {
    const { code, stderr, stdout } = run(["--data", data, "--listen", "127.0.0.1:0", ...args]);
    assert.equal(code, args[0] === "doctor" ? 1 : 2, args.join(" "));
    assert.match(stderr + stdout, /there is no database in the data folder \S+dta/, args.join(" "));
    assert.equal(existsSync(data), false, args.join(" "));
  }
});

test("help names every command and key, and each command has its own", () => {
  const { code, stdout, stderr } = run(["--help"]);
  assert.equal(code, 0);
  assert.equal(stderr, "");
  const commands = ["serve", "index", "search", "check", "eval", "report", "import tickets", "import events",
    "export events", "erase", "backup", "token create", "token link", "token list", "token revoke", "doctor"];
  for (const command of commands) {
    assert.match(stdout, new RegExp(`^  ${command} `, "m"));
    const own = run([...command.split(" "), "--help"]);
    assert.equal(own.code, 0, command);
    assert.match(own.stdout, new RegExp(`^Usage: deflect ${command}`));
  }
  for (const key of ["--default-lang LANG", "--holdout SHARE", "--hooks.DESK SECRET", "--retention-text"])
    assert.ok(stdout.includes(key), key);
});

test("a word that begins several commands has help of its own", () => {
  for (const [family, members] of Object.entries({
    token: ["create", "link", "list", "revoke"], import: ["events", "tickets"], export: ["events"],
  })) {
    for (const args of [[family, "--help"], ["help", family]]) {
      const { code, stdout, stderr } = run(args);
      assert.deepEqual([code, stderr], [0, ""], args.join(" "));
      for (const member of members) assert.match(stdout, new RegExp(`^  ${family} ${member} `, "m"));
    }
    const bare = run([family]);
    assert.equal(bare.code, 2);
    assert.match(bare.stderr, new RegExp(`^deflect: ${family} needs one of: `));
  }
});

test("the version is one line", () => {
  const { code, stdout } = run(["--version"]);
  assert.equal(code, 0);
  assert.match(stdout, /^deflect \d+\.\d+\.\d+\n$/);
});

test("articles that are used in these tests are good ones", (context) => {
  assert.equal(site(context, articles).run(["index"]).code, 0);
});
