// openapi.mjs: docs/openapi.yaml as a judge of real answers.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { parse } from "yaml";
import { root } from "../../lib/deflect.mjs";

export const document = parse(readFileSync(join(root, "docs/openapi.yaml"), "utf8"), { merge: true });
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema(document, "openapi");

/** Follows {"$ref": "#/…"} to where it points. */
export function resolve(value) {
  while (value?.$ref) value = value.$ref.slice(2).split("/").reduce((at, key) => at[unescapePointer(key)], document);
  return value;
}
const unescapePointer = (key) => key.replaceAll("~1", "/").replaceAll("~0", "~");
const escapePointer = (key) => key.replaceAll("~", "~0").replaceAll("/", "~1");

/** Every operation: [{path, method, operation}]. */
export const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  ["get", "put", "post", "delete", "patch"]
    .filter((method) => item[method])
    .map((method) => ({ path, method: method.toUpperCase(), operation: item[method] })),
);

/** How well TEMPLATE ("/v1/articles/{id}", a last {name} being the rest) fits PATH: its literal length, or -1. */
function fit(template, path) {
  const brace = template.indexOf("{");
  if (brace < 0) return template == path ? template.length : -1;
  return path.length > brace && path.startsWith(template.slice(0, brace)) ? brace : -1;
}

export function findOperation(method, path) {
  return operations
    .filter((one) => one.method == (method == "HEAD" ? "GET" : method) && fit(one.path, path) >= 0)
    .sort((a, b) => fit(b.path, path) - fit(a.path, path))[0];
}

/** What FOUND says of STATUS: {name, response}, by itself or by its class ("2XX"). */
function describedAs(found, status) {
  const name = [String(status), `${Math.floor(status / 100)}XX`].find((one) => found.operation.responses[one]);
  return { name, response: resolve(found.operation.responses[name]) };
}

/** The pointer of a schema within the document, so that its own references resolve. */
function pointerTo(found, status, type) {
  const response = found.operation.responses[status];
  const base = response.$ref
    ? response.$ref
    : `#/paths/${escapePointer(found.path)}/${found.method.toLowerCase()}/responses/${status}`;
  return `openapi${base}/content/${escapePointer(type)}/schema`;
}

function checkHeaders(response, headers) {
  return Object.entries(headers ?? {}).flatMap(([name, header]) => {
    const { required, schema } = resolve(header);
    const value = response.headers.get(name);
    if (value === null) return required ? [`header ${name} is missing`] : [];
    const typed = resolve(schema).type == "integer" ? Number(value) : value;
    return ajv.validate(resolve(schema), typed) ? [] : [`header ${name}: ${value}`];
  });
}

/** What is wrong with RESPONSE (and its body as TEXT) to METHOD PATH, as a list of sentences; empty: nothing. */
export function problemsOf(method, path, response, text) {
  const found = findOperation(method, path);
  if (!found) return [`no operation for ${method} ${path}`];
  const { name, response: described } = describedAs(found, response.status);
  if (!described) return [`${found.method} ${found.path} does not describe status ${response.status}: ${text}`];
  const problems = checkHeaders(response, described.headers);
  const type = response.headers.get("content-type")?.split(";")[0];
  if (!described.content || method == "HEAD" || response.status == 204) return problems;
  if (!described.content[type]) return [...problems, `content type ${type} is not described`];
  if (!/json$/.test(type)) return problems;
  const validate = ajv.getSchema(pointerTo(found, name, type));
  if (!validate(JSON.parse(text)))
    problems.push(...validate.errors.map((e) => `${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`));
  return problems;
}
