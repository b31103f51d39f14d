// agents.mjs: what tests of the agents' side share: a token, calls in its name, a visit, a signed hook.
import { createHmac } from "node:crypto";
import { getJson, postJson } from "./deflect.mjs";

/** A token of ROLE, as `token create` prints it. */
export function token(place, role = "agent", name = "kim") {
  const { code, stdout, stderr } = place.run(["token", "create", "--role", role, "--name", name]);
  if (code !== 0) throw new Error(stderr);
  return /dfl_[\w-]+/.exec(stdout)[0];
}

/** Calls in the name of an agent. */
export function agent(server, secret) {
  const headers = { authorization: `Bearer ${secret}` };
  const call = (method) => (path, body) =>
    fetch(server.url + path, {
      method,
      headers: { ...headers, ...(body && { "content-type": "application/json" }) },
      body: body && JSON.stringify(body),
    }).then(async (response) => {
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
    });
  return {
    get: (path) => getJson(server.url + path, { headers }),
    post: call("POST"),
    patch: call("PATCH"),
    delete: call("DELETE"),
  };
}

/** Sends the events of one visit. */
export async function visit(server, session, events, contact) {
  const answer = await postJson(`${server.url}/v1/events`, { session, contact, events });
  if (answer.status !== 202 || answer.body.rejected.length) throw new Error(JSON.stringify(answer.body));
}

/** Minutes before now, as the API writes times. */
export const ago = (minutes) => new Date(Date.now() - minutes * 60000).toISOString();

/** Sends PAYLOAD to the hook of DESK as that desk signs it, with SECRET. */
export function hook(server, desk, payload, { secret = "s3cret", headers = {}, stamp } = {}) {
  const body = JSON.stringify(payload);
  return getJson(`${server.url}/v1/hooks/${desk}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...signed(desk, body, secret, stamp), ...headers },
    body,
  });
}

function signed(desk, body, secret, stamp) {
  const mac = (algorithm, text, encoding) => createHmac(algorithm, secret).update(text).digest(encoding);
  const unix = stamp ?? String(Math.floor(Date.now() / 1000));
  const iso = stamp ?? new Date().toISOString();
  return {
    zendesk: { "x-zendesk-webhook-signature": mac("sha256", iso + body, "base64"), "x-zendesk-webhook-signature-timestamp": iso },
    freshdesk: { "x-deflect-secret": secret },
    zammad: { "x-hub-signature": "sha1=" + mac("sha1", body, "hex") },
    chatwoot: { "x-chatwoot-signature": "sha256=" + mac("sha256", `${unix}.${body}`, "hex"), "x-chatwoot-timestamp": unix },
    helpscout: { "x-helpscout-signature": mac("sha1", body, "base64"), "x-helpscout-event": "convo.created" },
    freescout: { "x-freescout-signature": mac("sha1", body, "base64"), "x-freescout-event": "convo.created" },
    github: { "x-hub-signature-256": "sha256=" + mac("sha256", body, "hex"), "x-github-event": "issues" },
    generic: { "x-deflect-signature": "sha256=" + mac("sha256", body, "hex") },
  }[desk];
}
