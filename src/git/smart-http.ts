import type { GitRemoteHTTP, HttpClient } from 'isomorphic-git/managers'
import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { ObjectFormat } from '../contracts/object-store.ts'
import { concat } from '../lib/bytes.ts'
import { GitHttpClient, type HttpClientOptions } from './http-client.ts'
import { flushLine, parsePktLines, pktLine, readBands } from './pkt-line.ts'

type Service = 'git-upload-pack' | 'git-receive-pack'

/** What a remote says first: its refs, and what it can do. */
export interface Advertisement {
  readonly refs: ReadonlyMap<string, ObjectId>
  readonly capabilities: ReadonlySet<string>
}

/** A ref of a remote that is to move. */
export interface RefCommand {
  readonly ref: string
  /** Undefined: it is to be made. */
  readonly from: ObjectId | undefined
  readonly to: ObjectId
}

/** What a remote said to commands. */
export interface PushAnswer {
  /** Refs that it refused, and why. */
  readonly refusals: readonly { readonly ref: string; readonly reason: string }[]
  /** What its hooks print. */
  readonly words: string
}

const agent = 'agent=ai-vcs'

/**
 * A repository behind smart HTTP (gitprotocol-http(5)), reached by isomorphic-git where there is no git program. Throws what its
 * client throws; GIT_MISSING where isomorphic-git is not installed.
 */
export class SmartHttp {
  readonly #client: HttpClient
  readonly #url: string
  readonly #format: ObjectFormat
  readonly #signal: AbortSignal | undefined

  constructor(options: HttpClientOptions, format: ObjectFormat) {
    this.#client = new GitHttpClient(options)
    this.#url = options.url
    this.#format = format
    this.#signal = options.signal
  }

  async advertisement(service: Service): Promise<Advertisement> {
    const { GitRemoteHTTP: http } = await loadHttp()
    const request = { http: this.#client, service, url: this.#url, headers: {}, protocolVersion: 1 } as const
    const found = (await http.discover(request).catch((cause: unknown) => {
      throw this.#unreadable(cause)
    })) as { readonly refs?: Map<string, string>; readonly capabilities: Set<string> | Record<string, unknown> }
    const { refs, capabilities } = found
    if (!refs || !(capabilities instanceof Set))
      throw new AnvcsError('REMOTE_UNSUPPORTED', { message: 'The remote speaks another version of the protocol.' })
    const format = [...capabilities].find((name) => name.startsWith('object-format='))?.slice('object-format='.length)
    const length = this.#format === 'sha1' ? 40 : 64
    if (refs.size && (format ?? 'sha1') !== this.#format)
      throw new AnvcsError('REMOTE_UNSUPPORTED', { message: 'The remote names its objects by another hash.' })
    const known = [...refs].filter(
      ([name, id]) => /^refs\/[^\0-\x20\x7f]+$/.test(name) && id.length === length && /^[0-9a-f]+$/.test(id),
    )
    return { refs: new Map(known) as Map<string, ObjectId>, capabilities }
  }

  /** A pack of what `wants` reach and `haves` do not. Throws REMOTE_REFUSED with the words of the remote. */
  async fetchPack(
    { capabilities }: Advertisement,
    request: {
      readonly wants: readonly ObjectId[]
      readonly haves: readonly ObjectId[]
      readonly shallow: ReadonlySet<string>
    },
  ): Promise<Uint8Array> {
    const wanted = ['side-band-64k', 'ofs-delta', 'thin-pack', 'no-progress'].filter((name) => capabilities.has(name))
    if (!wanted.includes('side-band-64k')) throw lacks('side-band-64k')
    const shallow = [...request.shallow].filter(Boolean)
    if (shallow.length && !capabilities.has('shallow')) throw lacks('shallow')
    const options = [...wanted, ...this.#formatOption(), agent].join(' ')
    const body = concat(
      ...request.wants.map((id, at) => pktLine(at ? `want ${id}\n` : `want ${id} ${options}\n`)),
      ...shallow.map((id) => pktLine(`shallow ${id}\n`)),
      flushLine,
      ...request.haves.map((id) => pktLine(`have ${id}\n`)),
      pktLine('done\n'),
    )
    const answer = readBands(await this.#post('git-upload-pack', body))
    if (!answer) throw this.#unreadable(undefined)
    if (answer.error !== undefined) throw new AnvcsError('REMOTE_REFUSED', { message: `The remote: ${answer.error}` })
    return answer.data
  }

  /** Asks a remote to move refs, in one step where it can. Throws REMOTE_REFUSED where it takes no pack at all. */
  async sendPack(
    { capabilities }: Advertisement,
    commands: readonly RefCommand[],
    pack: Uint8Array,
  ): Promise<PushAnswer> {
    if (!capabilities.has('report-status')) throw lacks('report-status')
    const zero = '0'.repeat(this.#format === 'sha1' ? 40 : 64)
    const isBanded = capabilities.has('side-band-64k')
    const isAtomic = commands.length > 1 && capabilities.has('atomic')
    const options = [
      'report-status',
      ...(isBanded ? ['side-band-64k'] : []),
      ...(isAtomic ? ['atomic'] : []),
      ...this.#formatOption(),
      agent,
    ].join(' ')
    const lines = commands.map(({ ref, from, to }, at) =>
      pktLine(`${from ?? zero} ${to} ${ref}${at ? '' : `\0${options}`}\n`),
    )
    const bytes = await this.#post('git-receive-pack', concat(...lines, flushLine, pack))
    const bands = isBanded ? readBands(bytes) : { data: bytes, words: '', error: undefined }
    const report = bands && parsePktLines(bands.data)?.map((line) => new TextDecoder().decode(line).trimEnd())
    if (bands?.error !== undefined) throw new AnvcsError('REMOTE_REFUSED', { message: `The remote: ${bands.error}` })
    const unpacked = report?.find((line) => line.startsWith('unpack '))
    if (!report || unpacked === undefined) throw this.#unreadable(undefined)
    if (unpacked !== 'unpack ok')
      throw new AnvcsError('REMOTE_REFUSED', {
        message: `The remote took no pack: ${unpacked.slice('unpack '.length)}`,
      })
    const refusals = report.flatMap((line) => {
      const [, ref, reason] = /^ng (\S+) (.*)$/.exec(line) ?? []
      return ref === undefined ? [] : [{ ref, reason: reason! }]
    })
    const silent = commands.filter(
      ({ ref }) => !report.includes(`ok ${ref}`) && !refusals.some((refusal) => refusal.ref === ref),
    )
    const unsaid = silent.map(({ ref }) => ({ ref, reason: 'the remote did not say' }))
    return { refusals: [...refusals, ...unsaid], words: bands.words }
  }

  #formatOption(): readonly string[] {
    return this.#format === 'sha1' ? [] : [`object-format=${this.#format}`]
  }

  async #post(service: Service, body: Uint8Array): Promise<Uint8Array> {
    const { GitRemoteHTTP: http } = await loadHttp()
    const request = { http: this.#client, service, url: this.#url, headers: {}, body: [body], auth: {} }
    const response = await http.connect(request)
    const parts: Uint8Array[] = []
    for await (const part of response.body ?? []) parts.push(part)
    return concat(...parts)
  }

  #unreadable(cause: unknown): unknown {
    if (AnvcsError.is(cause)) return cause
    this.#signal?.throwIfAborted()
    return new AnvcsError('REMOTE_UNSUPPORTED', {
      message: `What ${new URL(this.#url).host} answers is not Git's smart HTTP protocol.`,
      cause,
    })
  }
}

function lacks(capability: string): AnvcsError {
  return new AnvcsError('REMOTE_UNSUPPORTED', { message: `The remote cannot do ${capability}.` })
}

/** Takes a tenth of a second, and few need it: only whoever has no git program. */
async function loadHttp(): Promise<{ readonly GitRemoteHTTP: typeof GitRemoteHTTP }> {
  try {
    return await import('isomorphic-git/managers')
  } catch (cause) {
    throw new AnvcsError('GIT_MISSING', {
      message: 'Neither a git program nor the package isomorphic-git was found, and a remote needs one of them.',
      hint: 'Install git, or run `npm install isomorphic-git`.',
      cause,
    })
  }
}
