declare const redacted: unique symbol

/** Text that has passed the redactor: the only kind of free text that is stored, sent or noted. */
export type RedactedText = string & { readonly [redacted]: true }

/** Takes secrets out of free text before its first byte reaches disk or wire. */
export interface Redactor {
  /** Each secret is replaced by `[redacted: KIND]`. */
  redact(text: string): Promise<RedactedText>
}
