/** The desk's calls to the service, in the name of the agent who is signed in. */

export function createApi({ csrf }) {
  async function call(method, path, body) {
    const response = await fetch(path, {
      method,
      headers: { ...(body && { 'Content-Type': 'application/json' }), 'X-CSRF-Token': csrf },
      body: body && JSON.stringify(body),
    });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw Object.assign(new Error(answer.detail || response.statusText), { status: response.status });
    return answer;
  }
  const query = (values) => new URLSearchParams(Object.entries(values).filter(([, value]) => value));
  const id = (value) => value.split('/').map(encodeURIComponent).join('/');

  return {
    search: (values) => call('GET', '/v1/agent/search?' + query(values)),
    article: (article) => call('GET', '/v1/articles/' + id(article)),
    ticket: (ticket) => call('GET', '/v1/agent/tickets/' + id(ticket)),
    similar: (values) => call('GET', '/v1/agent/similar?' + query(values)),
    draft: (values) => call('POST', '/v1/agent/draft', values),
    link: (values) => call('POST', '/v1/agent/links', values),
    unlink: (values) => call('DELETE', '/v1/agent/links?' + query(values)),
    flag: (values) => call('POST', '/v1/agent/flags', values),
    flags: (values) => call('GET', '/v1/flags?' + query(values)),
  };
}
