/** A refusal by the sandbox, in words for people. */
export class SandboxError extends Error {}

async function call(method, path, body) {
  const response = await fetch(path, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  }).catch(() => {
    throw new SandboxError('The sandbox does not answer');
  });
  const text = await response.text();
  const answer = parse(text);
  if (!response.ok)
    throw new SandboxError(answer?.error ?? answer?.message ?? `Refused with status ${response.status}`);
  return answer;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text === '' ? null : { message: text };
  }
}

export const api = {
  info: () => call('GET', 'api/info'),
  learners: async () => (await call('GET', 'api/learners')).learners,
  addLearner: async (details) => (await call('POST', 'api/learners', details)).learners[0],
  chat: (id) => call('GET', `api/chats/${id}`),
  say: (id, text) => call('POST', `api/chats/${id}/messages`, { text }),
  tap: (id, messageId, data) => call('POST', `api/chats/${id}/taps`, { messageId, data }),
  block: (id) => call('POST', `api/chats/${id}/block`, {}),
  unblock: (id) => call('POST', `api/chats/${id}/unblock`, {}),
  nextDay: (id) => call('POST', `api/chats/${id}/next-day`, {}),
};
