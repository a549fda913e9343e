/**
 * One format under test vectors. `write` turns an input into what lies on disk or wire (bytes, text, a list of frames), `read`
 * turns that back into the input; what only goes one way (an id, a key) has no `read`. `read` may look at the secrets in the
 * input, as a peer that holds them would. Both may be asynchronous.
 */
export interface Format {
  readonly write: (input: unknown) => unknown
  readonly read?: (written: unknown, input: unknown) => unknown
  /** Several encodings are right (which deflate stream a body becomes, say): today's writer need not give the very bytes. */
  readonly onlyReadingIsFixed?: true
}

/** A format with the types of its input and of what it writes. */
export function format<I, O>(
  write: (input: I) => O | Promise<O>,
  read?: (written: O, input: I) => I | undefined | Promise<I | undefined>,
): Format {
  return {
    write: (input) => write(input as I),
    ...(read && { read: (written: unknown, input: unknown) => read(written as O, input as I) }),
  }
}

/** A format whose reader takes exactly what its writer gives. */
export function codec<T>(write: (value: T) => Uint8Array, read: (bytes: Uint8Array) => T | undefined): Format {
  return format(write, read)
}
