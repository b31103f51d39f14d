/* limits.h: every cap on what comes from outside, in one place. Bytes unless the name says else. */
#ifndef DEFLECT_BASE_LIMITS_H
#define DEFLECT_BASE_LIMITS_H

/* Articles */
#define LIMIT_ARTICLE_FILE (1024 * 1024)      /* a Markdown file */
#define LIMIT_ARTICLE_DEPTH 32                /* folders below the articles folder */
#define LIMIT_ARTICLES 1000000                /* files in one knowledge base */
#define LIMIT_ARTICLE_HTML (8 * 1024 * 1024)  /* one article rendered */
#define LIMIT_ARTICLE_SECTIONS 1000
#define LIMIT_ARTICLE_NESTING 100             /* quotes, lists, emphasis within each other */
#define LIMIT_ARTICLE_OPEN_BRACKETS 1000      /* '[' without ']' in one paragraph */
#define LIMIT_ARTICLE_AT_SIGNS 500            /* '@' in one word */
#define LIMIT_ARTICLE_TREE (512 * 1024 * 1024) /* memory of one article's Markdown tree */
#define LIMIT_ARTICLE_BATCH 500               /* articles that one refresh hands over at once */
#define LIMIT_FRONT_MATTER (128 * 1024)
#define LIMIT_FRONT_MATTER_NESTING 200        /* brackets and braces within each other */
#define LIMIT_FRONT_MATTER_LIST 200           /* items of a list such as `questions` */
#define LIMIT_TITLE 500
#define LIMIT_SUMMARY 300                     /* a summary made from the first paragraph */
#define LIMIT_REDIRECT 1024                   /* a path that leads to an article */
#define LIMIT_ID 200
#define LIMIT_SERVED_FILE (32 * 1024 * 1024)  /* an image or PDF */
#define LIMIT_IMAGE_HEAD (256 * 1024)         /* how far into an image its size is looked for */

/* Questions */
#define LIMIT_QUERY 4096                      /* `q` in an address */
#define LIMIT_SUBJECT 2048                    /* what of a subject is used */
#define LIMIT_BODY_TEXT 32768                 /* what of a ticket's text is used */
#define LIMIT_QUERY_WORDS 512                 /* distinct words looked at */
#define LIMIT_RESULTS 20
#define LIMIT_TRANSLATIONS 200                /* of one article that are looked at for a reader's language */
#define LIMIT_SYNONYMS (256 * 1024)           /* all groups of a knowledge base */
#define LIMIT_SYNONYM_WORDS 8                 /* of a phrase; in Chinese, Japanese and Korean, pairs of characters */
#define LIMIT_TERM 200                        /* a word in the index (Xapian itself: 245) */

/* HTTP */
#define LIMIT_HTTP_BODY (64 * 1024)
#define LIMIT_HTTP_BODY_LARGE (1024 * 1024)   /* hooks, /v1/tickets, /v1/agent/… */
#define LIMIT_HTTP_DROP (2 * 1024 * 1024)     /* a chunked body past this loses its connection */
#define LIMIT_HTTP_DRAIN (16 * 1024 * 1024)   /* a refused body of known length up to this is still read, so that the answer arrives */
#define LIMIT_HTTP_RESPONSE (32 * 1024 * 1024)
#define LIMIT_CONNECTIONS_PER_THREAD 125      /* why so few: http/server.c */
#define LIMIT_CONNECTIONS_PER_ADDRESS 512
#define LIMIT_IDLE_SECONDS 30                 /* without a byte from the client */
#define LIMIT_REQUEST_SECONDS 90              /* for a whole request to arrive, and between two */

/* Events */
#define LIMIT_EVENTS_PER_REQUEST 100
#define LIMIT_EVENTS_PER_SESSION 2000         /* more stand in no figure */
#define LIMIT_EVENT_ID 128                    /* ids of sessions and events */
#define LIMIT_EVENT_TEXT 8000                 /* characters of a query or ticket's body as stored */
#define LIMIT_EVENT_SUBJECT 500               /* characters */
#define LIMIT_EVENT_RESULTS 100               /* article ids in a search */
#define LIMIT_EVENT_RANK 1000
#define LIMIT_COMMENT 1000                    /* characters of a vote's comment */
#define LIMIT_EVENT_QUEUE 65536               /* events waiting for the writer */
#define LIMIT_OPEN_QUESTIONS 16384            /* not yet settled */
#define LIMIT_EVENT_AHEAD_MS (5LL * 60 * 1000)
#define LIMIT_EVENT_BEHIND_MS (30LL * 24 * 3600 * 1000)
#define LIMIT_READ_MS (24LL * 3600 * 1000)

/* Help desks */
#define LIMIT_HOOK_AGE_MS (5 * 60 * 1000)     /* a signed time stamp older or newer is refused */
#define LIMIT_TICKET_ID 200                   /* bytes */
#define LIMIT_LESSONS 20000                   /* changed links that wait to be learned */
#define LIMIT_REPLY_LINKS 20                  /* addresses looked up in one reply */
#define LIMIT_SIMILAR_TICKETS 50000           /* tickets compared with a new one */
#define LIMIT_TICKET_REPLIES 200              /* stored of one ticket in one call */
#define LIMIT_TICKET_TAGS 50
#define LIMIT_TICKET_NAME 320                 /* bytes: of agent, category, channel, a tag, a contact */
#define LIMIT_AUTO_REPLIES 1000                /* that wait to be sent */
#define LIMIT_FLAG_NOTE 2000                  /* characters */

/* Messages to others */
#define LIMIT_MAIL_ADDRESS 254                /* RFC 5321 section 4.5.3.1.3 */
#define LIMIT_MAIL (4 * 1024 * 1024)          /* a whole message */
#define LIMIT_OUTBOX 10000                    /* requests that wait; as many are held as spam */
#define LIMIT_OUTBOX_AGE_MS (14LL * 24 * 3600 * 1000) /* then given up */
#define LIMIT_OUTBOX_ITEM (2 * 1024 * 1024)
#define LIMIT_CONTACT_MESSAGE 32000           /* characters */
#define LIMIT_SEND_ANSWER (64 * 1024)         /* kept of an answer */
#define LIMIT_SEND_ANSWER_READ (4 * 1024 * 1024) /* past this the connection is dropped */

/* Reports */
#define LIMIT_REPORT_DAYS 1100                /* days between from and to */

/* Files that the operator hands over */
#define LIMIT_CONFIG_FILE (256 * 1024)
#define LIMIT_IMPORT_LINE (4 * 1024 * 1024)
#define LIMIT_IMPORT_FILE (512 * 1024 * 1024)  /* tickets */
#define LIMIT_AUDIT_TICKETS 1000000
#define LIMIT_AUDIT_FILE (4 * 1024 * 1024)     /* an audit as JSON, to compare with */

#endif
