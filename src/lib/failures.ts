/** What failed first, and then what failed while that was cleared away: a SuppressedError (ECMAScript) holds both. */
export function failuresIn(thrown: unknown): readonly [unknown, ...unknown[]] {
  if (!(thrown instanceof Error) || thrown.name !== 'SuppressedError') return [thrown]
  const { suppressed, error } = thrown as Error & { readonly suppressed: unknown; readonly error: unknown }
  return [...failuresIn(suppressed), ...failuresIn(error)]
}
