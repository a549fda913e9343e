import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { CliWorld } from '../../cli/cli-world.ts'
import { needsProgram } from '../../support/needs.ts'

interface Proof {
  readonly commit: string
  readonly signature: { readonly status: string }
  readonly recordStatus: string
  readonly proven: readonly string[]
  readonly notProven: readonly string[]
  readonly findings: readonly string[]
}

const signedByAda = 'signed by ada@example.org'
const ownRecord = 'its record is the one that was signed'

describe('`verify` says what is proven of a commit', function () {
  this.timeout(60_000)
  let world: CliWorld
  let head: string

  before(needsProgram('git'))
  before(async () => {
    world = await CliWorld.make()
    await world.repository('repo')
    await world.here(['init'], { folder: 'repo' })
    head = await commit('genuine')
  })
  after(() => world.close())

  async function commit(message: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
    const made = await world.here(['commit', '--allow-empty', '-m', message], { folder: 'repo', env })
    assert.equal(made.status, 0, made.stderr)
    return world.git('repo', 'rev-parse', 'HEAD')
  }

  /** The same commit object with other bytes. */
  async function forge(of: string, change: (text: string) => string): Promise<string> {
    const text = await world.run('git', ['cat-file', 'commit', of], { folder: 'repo' })
    const args = ['hash-object', '-t', 'commit', '-w', '--stdin']
    const { stdout, stderr } = await world.run('git', args, { folder: 'repo', input: change(text.stdout) })
    assert.equal(stderr, '')
    return stdout.trim()
  }

  async function verify(revision: string): Promise<Proof & { readonly status: number }> {
    const { status, stdout, stderr } = await world.here(['verify', '--json', revision, '^HEAD~1'], { folder: 'repo' })
    const { commits } = JSON.parse(stdout || '{"commits":[]}') as { commits: Proof[] }
    assert.equal(commits.length, 1, stdout + stderr)
    return { status, ...commits[0]! }
  }

  it('whose it is and that its record is the signed one', async () => {
    const { status, proven, notProven, findings } = await verify(head)
    assert.deepEqual(
      { status, proven, notProven, findings },
      {
        status: 0,
        proven: [signedByAda, ownRecord],
        notProven: [],
        findings: [],
      },
    )
  })

  it('or that it was changed after it was signed', async () => {
    const changed = await forge(head, (text) => text.replace('genuine', 'changed'))
    const { status, findings } = await verify(changed)
    assert.deepEqual([status, findings], [1, ['the signature does not match the commit']])
  })

  it('or that nobody signed it: that is not proven, and no finding', async () => {
    const bare = await forge(head, (text) => text.replace(/^gpgsig (?:.*\n )*.*\n/m, ''))
    const { status, signature, proven, notProven } = await verify(bare)
    assert.deepEqual([status, signature.status, proven], [0, 'none', []])
    assert.deepEqual(notProven, [
      'its record: it is not here (`ai-vcs pull` fetches records)',
      'who made it: it is not signed',
    ])
  })

  it('or that a key signed it that is none of its committer, as one that pretends to be them', async () => {
    const env = { AI_VCS_CONFIG_DIR: world.path('home/.mallory') }
    await world.here(['key', 'create'], { env })
    const { status, findings, notProven } = await verify(await commit('by mallory', env))
    assert.equal(status, 1)
    assert.match(findings[0]!, /^the committer is ada@example\.org, and the key [0-9a-f]{16} is none of theirs$/)
    assert.deepEqual(notProven, ['its record: the commit names it, but no known signature covers the commit'])
    await world.git('repo', 'reset', '-q', '--hard', head)
  })

  it('and what lies in its note besides: lines of others prove nothing', async () => {
    const other = await commit('another')
    const line = await world.git('repo', 'notes', '--ref=ai-vcs', 'show', other)
    const own = await world.git('repo', 'notes', '--ref=ai-vcs', 'show', other + '~1')
    await world.git('repo', 'notes', '--ref=ai-vcs', 'add', '-f', '-m', own, other)
    const exchanged = await verify(other)
    assert.deepEqual([exchanged.status, exchanged.findings], [1, ['its record is not the one that the commit names']])
    await world.git('repo', 'notes', '--ref=ai-vcs', 'append', '-m', line, '-m', 'hello', other)
    const crowded = await verify(other)
    assert.deepEqual([crowded.status, crowded.proven], [0, [signedByAda, ownRecord]])
    assert.deepEqual(crowded.notProven, [
      '1 other record in its note: the commit does not name them',
      "1 line of its note: no record, and nobody's signature",
    ])
    await world.git('repo', 'notes', '--ref=ai-vcs', 'remove', other)
    const bare = await verify(other)
    assert.deepEqual(bare.notProven, ['its record: it is not here (`ai-vcs pull` fetches records)'])
  })

  it('over several ranges at once, with what has nothing to check counted', async () => {
    await world.git('repo', 'commit', '-q', '--allow-empty', '-m', 'plain')
    const { status, stdout } = await world.here(['verify', 'HEAD', head, '^HEAD~2~1'], { folder: 'repo' })
    assert.equal(status, 0)
    assert.match(
      stdout,
      /^3 commits: 2 with a good signature, 1 with a record that it covers, 1 with nothing to check, 0 findings$/m,
    )
    const unknown = await world.here(['verify', 'HEAD', 'nothing'], { folder: 'repo' })
    assert.equal(unknown.status, 2)
    assert.match(unknown.stderr, /^error COMMIT_UNKNOWN: No commit is called nothing/)
  })

  it('as the list of signers and the file of revoked keys say it, where git has to judge', async () => {
    const listed = await commit('listed')
    const [, , ...key] = (await readFile(world.path('repo/.git/ai-vcs/allowed_signers'), 'utf8')).trim().split(' ')
    const set = (name: string, path: string) => world.git('repo', 'config', name, world.path(path))
    const told = async (...lines: readonly string[]) => {
      await writeFile(world.path('signers'), lines.map((line) => `${line} ${key.join(' ')}\n`).join(''))
      const { status, proven, notProven, findings } = await verify(listed)
      return { status, proven: proven[0], notProven: notProven[0], findings }
    }
    const good = { status: 0, proven: signedByAda, notProven: undefined, findings: [] }
    await set('gpg.ssh.allowedSignersFile', 'signers')
    assert.deepEqual(await told('ada@example.org', 'other@example.org'), good)
    const excluded = await told('!ada@example.org,*@example.org')
    assert.deepEqual(excluded.findings, ['the committer is ada@example.org, the signer !ada@example.org,*@example.org'])
    assert.match(
      (await told('ada@example.org valid-before="20990101"')).proven!,
      /^signed by ada@example.org with .*git says$/,
    )
    const expired = await told('ada@example.org valid-before="20200101"')
    assert.deepEqual([expired.status, expired.proven, expired.findings], [0, undefined, []])
    assert.match(expired.notProven!, /verifies, but nothing here says that the key is theirs$/)
    await writeFile(world.path('revoked'), `${key.join(' ')}\n`)
    await set('gpg.ssh.revocationFile', 'revoked')
    const revoked = await told('ada@example.org')
    assert.deepEqual([revoked.status, revoked.proven], [1, undefined])
    assert.match(revoked.findings[0]!, /^git does not let the key [0-9a-f]{16} sign: it has been revoked$/)
    const alone = { folder: 'repo', env: { PATH: '/nonexistent' } }
    assert.match((await world.here(['verify', listed], alone)).stdout, /not proven {2}who signed it: only git can tell/)
    await set('gpg.ssh.allowedSignersFile', 'repo/.git/ai-vcs/allowed_signers')
    await world.git('repo', 'config', '--unset', 'gpg.ssh.revocationFile')
  })

  it('of the commit itself, where git shows another one or none before it', async () => {
    const next = await commit('next')
    await world.git('repo', 'replace', next, head)
    const { proven, notProven } = await verify(next)
    assert.deepEqual(proven, [signedByAda, ownRecord])
    assert.deepEqual(notProven, ['what git shows here instead of it: the commit is replaced (git-replace(1))'])
    await world.git('repo', 'replace', '-d', next)
    await world.git('.', 'clone', '-q', '--depth=1', `file://${world.path('repo')}`, 'shallow')
    const { stdout } = await world.here(['verify'], { folder: 'shallow' })
    assert.match(
      stdout,
      new RegExp(`^${next.slice(0, 10)} not looked at: what came before it is not in this clone$`, 'm'),
    )
  })
})
