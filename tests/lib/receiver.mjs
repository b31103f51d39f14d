// receiver.mjs: the other side of outgoing messages: a small HTTP receiver and a small SMTP server, which can be down.
import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";

/** Listens on PORT (0: a free one) and closes at the end of TEST: resolves to the port. */
function listen(test, server, port) {
  test.after(() => {
    server.closeAllConnections?.();
    server.close();
  });
  return new Promise((done) => server.listen(port, "127.0.0.1", () => done(server.address().port)));
}

/** An HTTP receiver: `calls` holds what came, [{method, path, headers, body}]; `answer` decides what it says. */
export async function httpReceiver(test, { answer = () => 204, port = 0 } = {}) {
  const receiver = { calls: [], answer };
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", async () => {
      const call = { method: request.method, path: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() };
      receiver.calls.push(call);
      const said = await receiver.answer(call);
      const { status, headers = {}, body = "" } = typeof said === "number" ? { status: said } : said;
      response.writeHead(status, headers).end(body);
    });
  });
  receiver.port = await listen(test, server, port);
  receiver.url = `http://127.0.0.1:${receiver.port}`;
  return receiver;
}

/** A port of 127.0.0.1 where nobody listens. */
export async function deadPort() {
  const server = createTcpServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** Reads a message: {headers, text}; encoded subjects are decoded. */
function readMail(raw) {
  const [head, ...rest] = raw.split("\r\n\r\n");
  const lines = head.replace(/\r\n[ \t]/g, " ").split("\r\n");
  const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 2)]));
  const decode = (text) => text.replace(/=\?UTF-8\?B\?([^?]*)\?= ?/g, (_, code) => Buffer.from(code, "base64").toString());
  headers.subject = decode(headers.subject ?? "");
  return { headers, names: lines.map((line) => line.split(":")[0]), text: Buffer.from(rest.join("\r\n\r\n"), "base64").toString(), raw };
}

/** An SMTP server: `mails` holds [{from, to, user, headers, text}]. USER and PASSWORD: it wants AUTH PLAIN. */
export async function smtpServer(test, { user, password, refuse, port = 0 } = {}) {
  const server = { mails: [], refuse };
  const tcp = createTcpServer((socket) => {
    let text = "", data = false, signedIn = !user, asked = false, mail = {};
    const say = (line) => socket.write(line + "\r\n");
    const signIn = (code) => {
      const [, name, secret] = Buffer.from(code, "base64").toString().split("\0");
      signedIn = name === user && secret === password;
      mail.user = name;
      asked = false;
      return say(signedIn ? "235 welcome" : "535 no");
    };
    const command = (line) => {
      if (asked) return signIn(line);
      const [word] = line.toUpperCase().split(/[ :]/);
      if (word === "EHLO") return say(`250-test\r\n250-8BITMIME\r\n250 ${user ? "AUTH PLAIN" : "SIZE 1000000"}`);
      if (word === "AUTH") return line.split(" ")[2] ? signIn(line.split(" ")[2]) : ((asked = true), say("334 "));
      if (word === "MAIL") return (mail = { ...mail, from: line.slice(10), to: [] }), say(signedIn ? "250 ok" : "530 sign in");
      if (word === "RCPT") return server.refuse ? say(server.refuse) : (mail.to.push(line.slice(8)), say("250 ok"));
      if (word === "DATA") return (data = true), say("354 go on");
      if (word === "QUIT") return say("221 bye"), socket.end();
      return say("250 ok");
    };
    say("220 test");
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      text += chunk;
      for (;;) {
        const end = text.indexOf(data ? "\r\n.\r\n" : "\r\n");
        if (end < 0) return;
        const part = text.slice(0, end);
        text = text.slice(end + (data ? 5 : 2));
        if (data) {
          data = false;
          server.mails.push({ ...mail, ...readMail(part.replace(/^\.\./gm, ".")) });
          say("250 taken");
        } else command(part);
      }
    });
  });
  server.port = await listen(test, tcp, port);
  server.url = `smtp://127.0.0.1:${server.port}`;
  return server;
}
