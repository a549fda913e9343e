/** A STUN or TURN server as it is configured: `stun:HOST[:PORT]`, `turn:USER:SECRET@HOST[:PORT][?transport=tcp]`. */
export interface ConfiguredIceServer {
  readonly urls: string
  readonly username?: string
  readonly credential?: string
}

const stunForm = /^stun:[\w.:[\]-]+$/
const turnForm = /^(turns?):([^\s:@]+):([^\s@]+)@([\w.:[\]-]+(?:\?transport=(?:udp|tcp))?)$/

/** The servers that the texts name, or undefined where one is malformed. User and secret may be percent-encoded. */
export function readIceServers(texts: readonly string[]): readonly ConfiguredIceServer[] | undefined {
  const servers = texts.map(readIceServer)
  return servers.every((server) => server !== undefined) ? servers : undefined
}

function readIceServer(text: string): ConfiguredIceServer | undefined {
  if (stunForm.test(text)) return { urls: text }
  const [, scheme, user, secret, place] = turnForm.exec(text) ?? []
  if (!scheme || !user || !secret || !place) return undefined
  try {
    return { urls: `${scheme}:${place}`, username: decodeURIComponent(user), credential: decodeURIComponent(secret) }
  } catch {
    return undefined
  }
}
