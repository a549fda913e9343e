import { spawn } from 'node:child_process'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { KeyId, ObjectId } from '../../contracts/ids.ts'
import { GitProgram } from '../../git/git-program.ts'
import { verifySshSignature } from '../../identity/sshsig.ts'
import { hexBytes } from '../../lib/bytes.ts'
import { nodeCrypto } from '../../node/crypto.ts'
import type { Environment } from '../../node/config-folder.ts'
import { notesRef } from '../../repository/notes-ref.ts'
import { attestedMessage, readAttestation } from '../../provenance/attestation.ts'
import { readNote, verifyNoteLine } from '../../provenance/note-line.ts'
import { parseTrailers } from '../../provenance/trailers.ts'

/** What the judge finds in one clone. */
export interface CloneFacts {
  readonly name: string
  readonly head: string
  readonly tree: string
  /** Words that were typed, and how often one of them stands in the files of HEAD. */
  readonly typed: number
  readonly found: number
  readonly lost: number
  readonly doubled: number
  /** The first twenty of them. */
  readonly lostWords: readonly string[]
  readonly doubledWords: readonly string[]
  readonly uncommitted: number
  readonly isSound: boolean
  /** Commits of members that git verifies; those that nobody signed; those that nothing here can check (no ssh-keygen). */
  readonly signed: readonly string[]
  readonly unsigned: readonly string[]
  readonly unchecked: readonly string[]
  readonly merges: readonly string[]
  readonly withoutNote: readonly string[]
  /** Commits of members whose note holds the record that the commit binds by its digest. */
  readonly recorded: readonly string[]
  /** Of each merge, the members whose signature on it stands in its note. */
  readonly attestations: Readonly<Record<string, readonly string[]>>
}

/** What is judged. */
export interface Case {
  /** Where `judge.sh`, `words.txt` and `allowed_signers` lie, and a clone for each name. */
  readonly folder: string
  readonly names: readonly string[]
  readonly base: string
  readonly room: string
  /** Keys of the members, in hexadecimal. */
  readonly members: readonly string[]
  readonly environment: Environment
  readonly signal?: AbortSignal
}

/** What the judge has found. */
export interface Judgement {
  /** Does the shell script agree to everything? */
  readonly isFaultless: boolean
  readonly clones: readonly CloneFacts[]
}

/** The script as it comes with the package; people can read and run it. */
export const judgeScript = fileURLToPath(new URL('../../../../src/cli/demo/judge.sh', import.meta.url))

/** Lets `judge.sh` judge the clones, and looks by itself at what git knows nothing of: records and attestations. */
export async function judge(options: Case): Promise<Judgement> {
  const { folder, names, environment } = options
  const clones = names.map((name) => join(folder, name))
  const files = ['judge.sh', 'words.txt', 'allowed_signers'].map((name) => join(folder, name))
  const { exitCode, output } = await run('sh', [...files, options.base, ...clones], options)
  const facts: CloneFacts[] = []
  for (const clone of clones) {
    const told = factsOf(basename(clone), output)
    const git = new GitProgram(clone, { ...environment })
    facts.push({ ...told, ...(await provenanceOf(git, told, options)) })
  }
  return { isFaultless: exitCode === 0, clones: facts }
}

type ToldFacts = Omit<CloneFacts, 'recorded' | 'attestations'>

function factsOf(name: string, output: string): ToldFacts {
  const facts = output.split('\n').flatMap((line) => {
    const [clone, fact, value = ''] = line.split(' ')
    return clone === name && fact ? [{ fact, value }] : []
  })
  const all = (wanted: string): readonly string[] =>
    facts.filter(({ fact }) => fact === wanted).map(({ value }) => value)
  const one = (wanted: string): string => all(wanted)[0] ?? ''
  const count = (wanted: string): number => Number(one(wanted) || Number.NaN)
  return {
    name,
    head: one('head'),
    tree: one('tree'),
    typed: count('typed'),
    found: count('found'),
    lost: count('lost'),
    doubled: count('doubled'),
    lostWords: all('lost-word'),
    doubledWords: all('doubled-word'),
    uncommitted: count('uncommitted'),
    isSound: one('fsck') === 'ok',
    signed: all('signed'),
    unsigned: all('unsigned'),
    unchecked: all('unchecked'),
    merges: all('merge'),
    withoutNote: all('without-note'),
  }
}

async function provenanceOf(
  git: GitProgram,
  { signed, unchecked, merges, withoutNote }: ToldFacts,
  { room, members, signal }: Case,
): Promise<Pick<CloneFacts, 'recorded' | 'attestations'>> {
  const noteOf = (commit: string): Promise<Uint8Array> =>
    git.run(['notes', `--ref=${notesRef}`, 'show', commit], { signal })
  const recorded: string[] = []
  for (const commit of [...signed, ...unchecked].filter((id) => !withoutNote.includes(id))) {
    const message = new TextDecoder().decode(await git.run(['show', '-s', '--format=%B', commit], { signal }))
    const digest = parseTrailers(message)
      .find(({ key }) => key === 'AI-Meta')
      ?.value.replace('sha256:', '')
    const { lines } = readNote(await noteOf(commit))
    const isBound = lines.some(
      (line) => line.commit_id === commit && digest !== undefined && verifyNoteLine(nodeCrypto, line, digest),
    )
    if (isBound) recorded.push(commit)
  }
  const attestations: Record<string, readonly string[]> = {}
  for (const merge of merges) {
    const lines = withoutNote.includes(merge) ? [] : new TextDecoder().decode(await noteOf(merge)).split('\n')
    attestations[merge] = members.filter((member) => lines.some((line) => isAttested(line, merge, room, member)))
  }
  return { recorded, attestations }
}

function isAttested(line: string, merge: string, room: string, member: string): boolean {
  const attestation = readAttestation(line)
  if (attestation?.commit_id !== merge || attestation.room !== room || attestation.member !== member) return false
  const message = attestedMessage(attestation.room, merge as ObjectId)
  const publicKey = hexBytes(member as KeyId)
  return verifySshSignature(nodeCrypto, { publicKey, namespace: 'anvcs', message, armored: attestation.signature })
}

function run(
  program: string,
  args: readonly string[],
  { environment, signal }: Pick<Case, 'environment' | 'signal'>,
): Promise<{ readonly exitCode: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
      ...(signal && { signal }),
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', reject)
    child.on('close', (exitCode) => resolve({ exitCode, output }))
  })
}
