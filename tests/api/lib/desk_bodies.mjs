// desk_bodies.mjs: what each help desk sends when a request comes in, and when an agent answers it and solves it:
// whole bodies as the vendors document them. URL is the article's address in the agent's reply, AGO(minutes) a time.

const unix = (time) => Math.floor(Date.parse(time) / 1000);

export const recorded = (url, ago) => ({
  zendesk: {
    id: "35436",
    created: {
      account_id: 22129848, type: "zen:event-type:ticket.created", id: "01JDA0001", time: ago(29.9), zendesk_event_version: "2022-11-06", subject: "zen:ticket:35436", event: {},
      detail: {
        id: "35436", actor_id: "8447388090494", assignee_id: null, brand_id: "8447346621310", created_at: ago(30), updated_at: ago(30), custom_status: null, external_id: null, form_id: "844", group_id: "844", is_public: true, organization_id: null,
        priority: "NORMAL", requester_id: "8447388090494", status: "NEW", subject: "Export fails", submitter_id: "844", tags: ["export", "csv"], type: null, description: "The CSV is empty.", via: { channel: "web_service" },
      },
    },
    solved: {
      account_id: 22129848, type: "zen:event-type:ticket.comment_added", id: "01JDA0002", time: ago(10), zendesk_event_version: "2022-11-06", subject: "zen:ticket:35436",
      event: { comment: { author: { id: "77", is_staff: true, name: "Kim" }, body: `Please see ${url} for how.`, id: "910", is_public: true } },
      detail: { id: "35436", assignee_id: "77", created_at: ago(30), updated_at: ago(10), status: "SOLVED", subject: "Export fails", description: "The CSV is empty.", requester_id: "8447388090494", tags: ["export", "csv"], via: { channel: "web_service" } },
    },
  },
  freshdesk: {
    id: "9", contact: true,
    created: { freshdesk_webhook: { ticket_id: 9, ticket_subject: "Export fails", ticket_description: "<div>The CSV is empty.</div>", ticket_status: "Open", ticket_priority: "Low", ticket_source: "Portal", ticket_requester_email: "ann@example.com", ticket_created_at: ago(30) } },
    solved: { freshdesk_webhook: { ticket_id: 9, ticket_subject: "Export fails", ticket_status: "Resolved", ticket_agent_email: "kim@example.com", ticket_requester_email: "ann@example.com", ticket_latest_public_comment: `<div>Please see <a href="${url}" rel="noreferrer">this article</a></div>` } },
  },
  zammad: {
    id: "31007", contact: true,
    created: {
      ticket: { id: 7, number: "31007", title: "Export fails", group_id: 1, state_id: 1, state: "new", priority: { id: 2, name: "2 normal" }, owner: { id: 1, login: "-", email: "" }, group: { id: 1, name: "Users" }, customer: { id: 5, login: "ann@example.com", firstname: "Ann", email: "ann@example.com" }, article_count: 1, created_at: ago(30), updated_at: ago(30), close_at: null },
      article: { id: 21, ticket_id: 7, type: "email", sender: "Customer", from: "Ann <ann@example.com>", to: "help@example.com", subject: "Export fails", body: "The CSV is empty.", content_type: "text/plain", internal: false, created_at: ago(30) },
    },
    solved: {
      ticket: { id: 7, number: "31007", title: "Export fails", state: "closed", owner: { id: 3, login: "kim@example.com", email: "kim@example.com" }, group: { id: 1, name: "Users" }, customer: { id: 5, email: "ann@example.com" }, article_count: 2, created_at: ago(30), updated_at: ago(10), close_at: ago(10) },
      article: { id: 22, ticket_id: 7, type: "email", sender: "Agent", from: "Kim", body: `<div>Please see <a href="${url}" target="_blank">this</a></div>`, content_type: "text/html", internal: false, created_at: ago(10) },
    },
  },
  chatwoot: {
    id: "118", contact: true, subject: "The CSV is empty.",
    created: {
      event: "conversation_created", id: 118, inbox_id: 2, status: "open", channel: "Channel::WebWidget", can_reply: true, custom_attributes: {}, additional_attributes: { browser: { browser_name: "Firefox" }, referer: "https://example.com/" }, labels: [], unread_count: 1, created_at: unix(ago(30)), timestamp: unix(ago(30)), contact_inbox: { id: 44, contact_id: 9 },
      meta: { sender: { id: 9, name: "Ann", email: "ann@example.com", type: "contact" }, assignee: null, hmac_verified: false },
      messages: [{ id: 501, content: "The CSV is empty.", message_type: 0, content_type: "text", private: false, created_at: unix(ago(30)), sender: { id: 9, name: "Ann", type: "contact" } }],
    },
    solved: {
      event: "message_created", id: 502, content: `Please see ${url}`, message_type: "outgoing", content_type: "text", private: false, created_at: ago(10), account: { id: 1, name: "Example" }, inbox: { id: 2, name: "Website" }, sender: { id: 3, name: "Kim", email: "kim@example.com", type: "user" },
      conversation: { id: 118, status: "resolved", channel: "Channel::WebWidget", created_at: unix(ago(30)), timestamp: unix(ago(10)), meta: { sender: { id: 9, email: "ann@example.com" }, assignee: { id: 3, name: "Kim", email: "kim@example.com" } } },
    },
  },
  helpscout: { id: "2391", contact: true, ...scout(url, ago) },
  freescout: { id: "2391", contact: true, ...scout(url, ago) },
  github: {
    id: "octo/app#12",
    created: {
      action: "opened",
      issue: { number: 12, title: "Export fails", body: "The CSV is empty.", user: { login: "ann", type: "User" }, labels: [{ name: "export" }], state: "open", locked: false, assignee: null, comments: 0, created_at: ago(30), updated_at: ago(30), closed_at: null, author_association: "NONE", state_reason: null },
      repository: { id: 1, name: "app", full_name: "octo/app", private: false }, sender: { login: "ann" },
    },
    solved: {
      action: "created",
      issue: { number: 12, title: "Export fails", body: "The CSV is empty.", user: { login: "ann" }, labels: [{ name: "export" }], state: "closed", assignee: { login: "kim" }, comments: 1, created_at: ago(30), updated_at: ago(10), closed_at: ago(10), state_reason: "completed" },
      comment: { id: 91, user: { login: "kim" }, body: `Please see ${url}`, author_association: "MEMBER", created_at: ago(10) },
      repository: { id: 1, name: "app", full_name: "octo/app" }, sender: { login: "kim" },
    },
    events: ["issues", "issue_comment"],
  },
  generic: {
    id: "T-1", contact: true,
    created: { id: "T-1", subject: "Export fails", body: "The CSV is empty.", status: "open", contact: "ann@example.com", channel: "email", created: ago(30), updated: ago(30) },
    solved: { id: "T-1", status: "solved", updated: ago(10), agent: "kim@example.com", replies: [{ at: ago(10), by: "agent", text: `Please see ${url}` }] },
  },
});

function scout(url, ago) {
  const request = { id: 1, type: "customer", status: "active", state: "published", createdBy: { id: 5, type: "customer", email: "ann@example.com" }, body: "The CSV is empty.", source: { type: "email", via: "customer" }, createdAt: ago(30) };
  const reply = { id: 2, type: "message", status: "closed", state: "published", createdBy: { id: 7, type: "user", email: "kim@example.com" }, body: `Please see <a href="${url}">this article</a>.<br>Kim`, createdAt: ago(10) };
  const whole = { id: 2391, number: 349, type: "email", folderId: 9, state: "published", subject: "Export fails", preview: "The CSV is empty.", mailboxId: 2, createdAt: ago(30), createdBy: { id: 5, type: "customer", email: "ann@example.com" }, primaryCustomer: { id: 5, type: "customer", email: "ann@example.com" }, tags: [{ id: 1, tag: "export" }] };
  return {
    created: { ...whole, threads: 1, status: "active", assignee: null, closedAt: null, userUpdatedAt: ago(30), _embedded: { threads: [request] } },
    solved: { ...whole, threads: 2, status: "closed", assignee: { id: 7, type: "user", email: "kim@example.com" }, closedAt: ago(10), userUpdatedAt: ago(10), _embedded: { threads: [reply, request] } },
    events: ["convo.created", "convo.agent.reply.created"],
  };
}
