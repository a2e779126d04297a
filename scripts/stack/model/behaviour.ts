import type { ModelQuestion } from './questions.ts';

/** What a request asks for: a new question, or the answer to one. */
export type ModelTask = 'write' | 'answer';

/** What the model server does with a request, other than answering well. */
export type Behaviour =
  | 'good'
  /** Takes the request and never answers. */
  | 'hang'
  /** Sends the head and then a byte now and then, for ever. */
  | 'trickle'
  | 'reset'
  | 'server_error'
  /** 429, without saying for how long. */
  | 'rate_limited'
  /** 401, with the key repeated in the body, as some proxies do. */
  | 'unauthorized'
  /** 307 to another address of this server. */
  | 'redirect'
  /** 200 with a web page. */
  | 'html'
  /** A reply of 10 MB. */
  | 'huge'
  | 'broken_json'
  | 'refusal'
  /** Stops in the middle, and says so. */
  | 'truncated'
  /** A question of another topic. */
  | 'off_target'
  | 'profanity'
  | 'link'
  | 'repeated_options'
  /** The first example of the prompt, hardly changed. */
  | 'near_duplicate'
  /** The key marked is not the right option: a blind answer disagrees. */
  | 'wrong_key'
  /** Two options are right: a blind answer finds both. */
  | 'two_right'
  /** 429 with this Retry-After. */
  | { readonly retryAfterS: number }
  /** A good answer, after a while. */
  | { readonly afterMs: number }
  /** A good answer that says of its cost what it likes. */
  | { readonly usage: unknown }
  /** This as the content of the answer. */
  | { readonly content: string }
  /** A good question, but for these fields. */
  | { readonly question: Partial<ModelQuestion> };

/** Behaviours that concern what a question says; to a request for a blind answer they mean `good`. */
const OF_QUESTIONS: ReadonlySet<unknown> = new Set<Behaviour>([
  'off_target',
  'profanity',
  'link',
  'repeated_options',
  'near_duplicate',
  'wrong_key',
  'two_right',
]);

/** Whether a behaviour shows in written questions only. */
export function isAboutQuestions(behaviour: Behaviour): boolean {
  return OF_QUESTIONS.has(behaviour) || (typeof behaviour === 'object' && 'question' in behaviour);
}
