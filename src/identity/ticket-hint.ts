export const maxHints = 8
const maxHintLength = 200

const scheme = '(?:wss?|https|ssh)'
const login = '(?:(?<=^ssh://)[a-z_][a-z0-9_-]{0,31}@)?'
const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const host = `(?:${label}(?:\\.${label})*|\\[[0-9a-f:.]{2,45}\\])`
const port = '(?::[1-9][0-9]{0,4})?'
// No segment begins with '-' (an option to some program) or with '.' (a way out of a folder).
const path = '(?:/(?:[A-Za-z0-9_~+][A-Za-z0-9._~+-]*)?)*'
const grammar = new RegExp(`^${scheme}://${login}${host}${port}${path}$`)

/**
 * Is this a place that a ticket may name? A ws, wss, https or ssh URL of plain characters: host in lower case, no password, no
 * query, no fragment, no percent-encoding. Only ssh may name a login, which is no secret. A hint is a suggestion: nothing
 * behind it is trusted.
 */
export function isTicketHint(text: string): boolean {
  return text.length <= maxHintLength && grammar.test(text)
}
