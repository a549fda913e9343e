import { Buffer } from 'node:buffer'
import type { GitHttpRequest, GitHttpResponse, HttpClient } from 'isomorphic-git/managers'
import { AnvcsError } from '../contracts/errors.ts'
import { concat } from '../lib/bytes.ts'

/** A name and a password for one server. */
export interface HttpCredentials {
  readonly username: string
  readonly password: string
}

/** Where requests go and who makes them. */
export interface HttpClientOptions {
  /** Of the repository, without a name or password in it. */
  readonly url: string
  /** Sent to this server alone, once it asks. */
  readonly credentials?: HttpCredentials | undefined
  readonly signal?: AbortSignal | undefined
}

const maxRedirects = 3
const maxAnswerBytes = 320 * 1024 * 1024

/**
 * Requests of Git over HTTP, by the fetch of the system. Nothing is sent to another server than the one that is named: a redirect
 * to another is refused. Throws REMOTE_REFUSED, REMOTE_UNREACHABLE, REMOTE_UNSUPPORTED; an abort rethrows its reason.
 */
export class GitHttpClient implements HttpClient {
  readonly #options: HttpClientOptions
  #hasAsked = false
  /** Where a redirect within the server has led. */
  #moved: { readonly from: string; readonly to: string } | undefined

  constructor(options: HttpClientOptions) {
    this.#options = options
  }

  async request({ url, method = 'GET', headers = {}, body }: GitHttpRequest): Promise<GitHttpResponse> {
    const content = body && (await collect(body))
    let target = this.#moved ? url.replace(this.#moved.from, this.#moved.to) : url
    for (let redirects = 0; ; redirects++) {
      const response = await this.#send(target, method, headers, content)
      const location = response.headers.get('location')
      if (response.status < 300 || response.status > 399 || location === null) {
        await this.#mustBeFine(response)
        return {
          url: target,
          method,
          statusCode: response.status,
          statusMessage: response.statusText,
          headers: Object.fromEntries(response.headers),
          body: bounded(response.body, this.#options.signal),
        }
      }
      await response.body?.cancel()
      target = this.#redirected(target, location, method, redirects)
    }
  }

  #redirected(from: string, location: string, method: string, redirects: number): string {
    const [before, after] = [new URL(from), new URL(location, from)]
    const suffix = /\/info\/refs\?service=[\w-]+$/.exec(from)?.[0]
    if (before.origin !== after.origin || method !== 'GET' || !suffix || !after.href.endsWith(suffix))
      throw new AnvcsError('REMOTE_UNSUPPORTED', {
        message: `${before.host} sends on to ${after.origin}${after.pathname}.`,
        hint: 'If that is where the repository lies now, set its URL: `git remote set-url`, or in .git/config. Nothing was sent there.',
      })
    if (redirects >= maxRedirects)
      throw new AnvcsError('REMOTE_UNREACHABLE', { message: `${before.host} sends on again and again.` })
    const { url } = this.#options
    this.#moved = { from: url, to: after.href.slice(0, -suffix.length) }
    return after.href
  }

  async #send(url: string, method: string, headers: Record<string, string>, body: Uint8Array | undefined) {
    const { credentials, signal } = this.#options
    const known = credentials && `${credentials.username}:${credentials.password}`
    for (;;) {
      const authorization =
        known && this.#hasAsked ? { authorization: `Basic ${Buffer.from(known).toString('base64')}` } : {}
      let response: Response
      try {
        response = await fetch(url, {
          method,
          headers: { ...headers, ...authorization },
          redirect: 'manual',
          ...(body && { body }),
          ...(signal && { signal }),
        })
      } catch (error) {
        signal?.throwIfAborted()
        const cause = (error as { cause?: { message?: string } }).cause
        throw new AnvcsError('REMOTE_UNREACHABLE', {
          message: `${new URL(url).host}: ${cause?.message ?? String(error)}`,
          cause: error,
        })
      }
      if (response.status !== 401 || !known || this.#hasAsked) return response
      this.#hasAsked = true
      await response.body?.cancel()
    }
  }

  async #mustBeFine(response: Response): Promise<void> {
    const { status, statusText } = response
    if (status === 200) return
    await response.body?.cancel()
    const message = `${new URL(this.#options.url).host} answered ${status} ${statusText}`.trimEnd()
    if (status === 401)
      throw new AnvcsError('REMOTE_REFUSED', {
        message,
        hint: 'Without a git program a name and a password are taken from the URL of the remote, or from ~/.netrc. Nothing was changed.',
      })
    if (status === 403 || status === 407) throw new AnvcsError('REMOTE_REFUSED', { message })
    throw new AnvcsError('REMOTE_UNREACHABLE', { message })
  }
}

async function collect(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of body) parts.push(part)
  return concat(...parts)
}

async function* bounded(body: Response['body'], signal: AbortSignal | undefined): AsyncIterableIterator<Uint8Array> {
  let sizeBytes = 0
  try {
    for await (const part of body ?? []) {
      sizeBytes += part.length
      if (sizeBytes > maxAnswerBytes)
        throw new AnvcsError('MESSAGE_TOO_LARGE', {
          message: 'The remote sends more than is taken without a git program.',
        })
      yield part
    }
  } catch (error) {
    signal?.throwIfAborted()
    if (AnvcsError.is(error)) throw error
    throw new AnvcsError('REMOTE_UNREACHABLE', { message: 'The remote has hung up.', cause: error })
  }
}
