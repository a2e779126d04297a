/** Why a model's output is refused: a label of metrics, stored with what is refused. */
export type RejectionReason =
  /** The answer went over the size limit. */
  | 'too_large'
  /** The model stopped in the middle. */
  | 'truncated'
  /** The model declined. */
  | 'refusal'
  | 'not_json'
  /** JSON, but not a question. */
  | 'schema'
  /** Another level, topic or language than asked for. */
  | 'off_target'
  /** A text is longer than Telegram or a reader takes. */
  | 'length'
  /** Options that say the same or point at each other. */
  | 'options'
  /** Control, invisible and direction characters, other alphabets, pictures. */
  | 'characters'
  /** HTML, Markdown other than marked code, escapes. */
  | 'markup'
  /** Links, handles, e-mail addresses, phone numbers, invitations. */
  | 'contact'
  | 'profanity'
  | 'blocked_topic'
  /** Words addressed to a model, taken from the prompt, or a provider's key. */
  | 'instructions'
  /** The key gives itself away, the explanation does not explain. */
  | 'quality'
  | 'duplicate'
  /** The blind answer is another option. */
  | 'wrong_key'
  /** The blind answer finds several options right, or none. */
  | 'ambiguous'
  /** Nobody could be had to answer it blind. */
  | 'unverified';

/** That something a model wrote is refused. */
export interface Refusal {
  readonly reason: RejectionReason;
  /** What exactly is wrong. */
  readonly detail: string;
}
