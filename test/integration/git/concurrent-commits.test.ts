import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AnvcsError } from '../../../src/contracts/errors.ts'
import type { ObjectId } from '../../../src/contracts/ids.ts'
import { commitFiles } from '../../../src/git/commit-files.ts'
import { listNotes } from '../../../src/git/notes.ts'
import { lockRepository } from '../../../src/git/repository-lock.ts'
import { GitSandbox, plainGit, someone } from '../../support/git-sandbox.ts'
import { needsProgram } from '../../support/needs.ts'
import { projectRoot } from '../../support/project.ts'
import { takenFiles } from '../../support/taken-files.ts'

const program = join(projectRoot, 'dist/test/support/commit-loop.js')

function commitLoop(folder: string, name: string, count: number): { child: ChildProcess; output: Promise<string> } {
  const args = [program, folder, name, String(count)]
  const child = spawn(process.execPath, args, { env: plainGit, stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => void (text += chunk.toString()))
  return { child, output: once(child, 'close').then(() => text) }
}

describe('several processes at one repository', function () {
  this.timeout(120_000)
  before(needsProgram('git'))

  it('make all their commits, one after the other, each with its note', async () => {
    await using sandbox = new GitSandbox()
    sandbox.commit({ base: '1' })
    const outputs = await Promise.all(['p', 'q', 'r', 's'].map((name) => commitLoop(sandbox.folder, name, 20).output))
    const told = outputs.join('').trim().split('\n').sort()
    assert.equal(told.length, 80)
    const found = sandbox.git('log', '--format=%H %s', '-80').trim().split('\n').sort()
    assert.deepEqual(found, told)
    assert.equal(sandbox.git('rev-list', '--count', 'HEAD').trim(), '81')
    assert.equal(sandbox.status(), '')
    const repository = await sandbox.open()
    const noted = listNotes(repository, repository.refs.read('refs/notes/ai-vcs')).map(({ commit }) => commit)
    assert.deepEqual(
      noted.toSorted(),
      told.map((line) => line.split(' ')[0]),
    )
    sandbox.fsck()
  })

  it('lose nothing they have told, and leave a sound repository, when one is killed again and again', async () => {
    await using sandbox = new GitSandbox()
    sandbox.commit({ base: '1' })
    const told: string[] = []
    for (let round = 0; round < 8; round++) {
      const { child, output } = commitLoop(sandbox.folder, `file${round}`, 1000)
      // Let it come to its commits, then stop it wherever it is.
      await once(child.stdout!, 'data')
      await sleep(round * 17)
      child.kill('SIGKILL')
      told.push(...(await output).split('\n').slice(0, -1))
      sandbox.fsck()
    }
    const repository = await sandbox.open()
    await commitFiles(repository, {
      changes: [],
      allowEmpty: true,
      author: someone,
      committer: someone,
      message: 'last\n',
    })
    const log = new Set(sandbox.git('log', '--format=%H %s').split('\n'))
    assert.deepEqual(
      told.filter((line) => !log.has(line)),
      [],
    )
    const noted = new Set(listNotes(repository, repository.refs.read('refs/notes/ai-vcs')).map(({ commit }) => commit))
    const missing = [...log].filter((line) => line.includes(' file') && !noted.has(line.split(' ')[0] as ObjectId))
    assert.deepEqual(missing, [])
    assert.equal(existsSync(join(repository.gitDir, 'ai-vcs/intent')), false)
    // What was about to be committed is at most staged or changed.
    for (const line of sandbox.status().split('\n').filter(Boolean))
      assert.match(line, /^(?:A |AM|M | M|MM|\?\?) file\d$/)
    sandbox.fsck()
  })

  it('commit beside stock git, which may fail on a lock but breaks nothing', async () => {
    await using sandbox = new GitSandbox()
    sandbox.commit({ base: '1' })
    const { output, child } = commitLoop(sandbox.folder, 'ours', 15)
    let theirs = 0
    while (child.exitCode === null) {
      sandbox.write('theirs', String(theirs))
      try {
        sandbox.git('add', 'theirs')
        sandbox.git('commit', '-q', '-m', `theirs ${theirs}`, '--', 'theirs')
        theirs++
      } catch {
        // It does not wait for locks.
      }
      await sleep(200)
    }
    const told = (await output).trim().split('\n')
    assert.equal(told.length, 15)
    const log = new Set(sandbox.git('log', '--format=%H %s').split('\n'))
    assert.deepEqual(
      told.filter((line) => !log.has(line)),
      [],
    )
    assert.equal([...log].filter((line) => line.includes('theirs')).length, theirs)
    assert.equal(sandbox.git('status', '--porcelain', 'ours'), '')
    sandbox.fsck()
  })
})

/** A program that commits all the time, until it is stopped. */
async function beside<T>(folder: string, script: string, run: () => Promise<T>): Promise<T> {
  const child = spawn('sh', ['-c', `echo ready; while :; do ${script}; done`], {
    cwd: folder,
    env: plainGit,
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  })
  try {
    await once(child.stdout, 'data')
    await sleep(200)
    return await run()
  } finally {
    process.kill(-child.pid!, 'SIGKILL')
    await once(child, 'exit')
    for (const lock of ['index.lock', 'HEAD.lock', 'refs/heads/main.lock'])
      rmSync(join(folder, '.git', lock), { force: true })
  }
}

describe('commits beside a program that commits all the time', function () {
  this.timeout(120_000)
  before(needsProgram('git'))

  for (const [how, script] of [
    ['by `git commit`', 'date +%N > theirs; git commit -q -m theirs -- theirs'],
    [
      'by `git update-ref`',
      'p=$(git rev-parse main); git update-ref refs/heads/main "$(git commit-tree -p $p -m theirs $p^{tree})" $p',
    ],
  ] as const)
    it(`${how} are made`, async () => {
      await using sandbox = new GitSandbox()
      sandbox.commit({ base: '1', theirs: '', ours: '' })
      sandbox.git('config', 'gc.auto', '0')
      const repository = await sandbox.open()
      const made = await beside(sandbox.folder, script, async () => {
        const commits: ObjectId[] = []
        for (let i = 0; i < 8; i++) {
          sandbox.write('ours', `ours ${i}`)
          const expectHead = repository.refs.read('refs/heads/main')
          const files = await takenFiles(repository, ['ours'])
          await sleep(30)
          const request = { ...files, author: someone, committer: someone, message: `ours ${i}\n` }
          const { commit } = await commitFiles(repository, { ...request, expectHead, mayFollow: true })
          commits.push(commit)
        }
        return commits
      })
      const log = sandbox.git('log', '--reverse', '--format=%H', '--grep=^ours').trim().split('\n')
      assert.deepEqual(log, made)
      assert.equal(sandbox.git('diff', '--name-only', `${made.at(-1)!}~`, made.at(-1)!), 'ours\n')
      assert.equal(sandbox.git('status', '--porcelain', 'ours'), '')
      sandbox.fsck()
    })
})

describe('a commit whose every attempt takes seconds', function () {
  this.timeout(120_000)
  before(needsProgram('git'))

  it('is made with its branch locked in the end, however long the attempts before it took', async () => {
    await using sandbox = new GitSandbox()
    sandbox.commit({ base: '1', ours: '' })
    const repository = await sandbox.open()
    sandbox.write('ours', 'ours')
    const files = await takenFiles(repository, ['ours'])
    const now = Date.now
    let attempts = 0
    using _clock = {
      [Symbol.dispose]() {
        Date.now = now
      },
    }
    Date.now = () => now() + attempts * 2_500
    const lines = () => {
      attempts++
      if (!existsSync(join(sandbox.folder, '.git/refs/heads/main.lock')))
        sandbox.git(
          'update-ref',
          'refs/heads/main',
          sandbox.git('commit-tree', '-p', 'main', '-m', 'theirs', 'main^{tree}').trim(),
        )
      return ['{}']
    }
    const request = { ...files, author: someone, committer: someone, message: 'ours\n' }
    const { commit } = await commitFiles(repository, { ...request, notes: { ref: 'refs/notes/ai-vcs', lines } })
    assert.equal(attempts, 4)
    assert.equal(sandbox.git('rev-parse', 'main').trim(), commit)
    assert.equal(sandbox.git('rev-list', '--count', 'main').trim(), '5')
  })
})

describe('commits beside `git gc`', function () {
  this.timeout(120_000)
  before(needsProgram('git'))

  it('are all made', async () => {
    await using sandbox = new GitSandbox()
    sandbox.commit({ base: '1' })
    sandbox.git('checkout', '-q', '-b', 'topic/one')
    const { output, child } = commitLoop(sandbox.folder, 'ours', 40)
    let rounds = 0
    for (; child.exitCode === null; rounds++)
      await once(spawn('git', ['gc', '-q'], { cwd: sandbox.folder, env: plainGit }), 'exit')
    const told = (await output).trim().split('\n')
    assert.equal(told.length, 40)
    assert.deepEqual(sandbox.git('log', '--reverse', '--format=%H %s', 'main..').trim().split('\n'), told)
    assert.ok(rounds > 1)
    assert.equal(sandbox.status(), '')
    sandbox.fsck()
  })
})

/** The lock alone, without a repository. */
function lockFolder(folder: string, signal?: AbortSignal) {
  return lockRepository({ dataDir: folder, gitDir: folder, config: { get: () => undefined } }, signal)
}

describe('our lock of a repository', function () {
  this.timeout(120_000)
  it('is held by one at a time, and released once', async () => {
    await using sandbox = new GitSandbox(null)
    const first = await lockFolder(sandbox.folder)
    let isSecond = false
    const second = lockFolder(sandbox.folder).then((lock) => {
      isSecond = true
      return lock
    })
    await sleep(50)
    assert.equal(isSecond, false)
    await first.close()
    const held = await second
    await first.close()
    assert.ok(existsSync(join(sandbox.folder, 'lock')))
    await held.close()
    assert.deepEqual(readdirSync(sandbox.folder), [])
  })

  it('gives up after a while, and at once when the signal aborts', async () => {
    await using sandbox = new GitSandbox(null)
    await using _held = await lockFolder(sandbox.folder)
    const reason = new Error('enough')
    await assert.rejects(lockFolder(sandbox.folder, AbortSignal.timeout(50)), { name: 'TimeoutError' })
    await assert.rejects(lockFolder(sandbox.folder, AbortSignal.abort(reason)), reason)
    await assert.rejects(lockFolder(sandbox.folder), (error) => AnvcsError.is(error, 'LOCK_TIMEOUT'))
    assert.deepEqual(readdirSync(sandbox.folder), ['lock'])
  })

  it('is taken over, by one of many, from a process that is gone', async () => {
    await using sandbox = new GitSandbox(null)
    const gone = spawn(process.execPath, ['-e', ''])
    await once(gone, 'exit')
    const owner = { pid: gone.pid, boot: bootId(), namespace: namespace(), started: '1' }
    writeFileSync(join(sandbox.folder, 'lock'), JSON.stringify(owner))
    let held = 0
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        await using _lock = await lockFolder(sandbox.folder)
        assert.equal(++held, 1)
        await sleep(5)
        held--
      }),
    )
    assert.deepEqual(readdirSync(sandbox.folder), [])
  })

  it('is swept of what killed processes have left beside it', async () => {
    await using sandbox = new GitSandbox()
    sandbox.commit({ a: '1' })
    const repository = await sandbox.open()
    const gone = spawn(process.execPath, ['-e', ''])
    await once(gone, 'exit')
    const owner = { pid: gone.pid, boot: bootId(), namespace: namespace(), started: '1' }
    const self = { ...owner, pid: process.ppid, started: startOf(process.ppid) }
    const longAgo = Date.now() / 1000 - 60
    mkdirSync(repository.dataDir, { recursive: true })
    for (const [name, text] of [
      [`lock.${gone.pid}.0123456789ab`, JSON.stringify(owner)],
      ['lock.1.0123456789ab', ''],
      [`lock.${process.ppid}.0123456789ab`, JSON.stringify(self)],
      ['lock.2.0123456789ab', ''],
    ] as const)
      writeFileSync(join(repository.dataDir, name), text)
    utimesSync(join(repository.dataDir, 'lock.1.0123456789ab'), longAgo, longAgo)
    await commitFiles(repository, {
      changes: [],
      allowEmpty: true,
      author: someone,
      committer: someone,
      message: 'x\n',
    })
    const left = readdirSync(repository.dataDir).filter((name) => name.startsWith('lock.'))
    assert.deepEqual(left.sort(), ['lock.2.0123456789ab', `lock.${process.ppid}.0123456789ab`].sort())
  })

  it('is taken over when its process number has been used again, or after a boot', async () => {
    await using sandbox = new GitSandbox(null)
    for (const change of [{ started: '1' }, { boot: 'another' }]) {
      const owner = { pid: process.pid, boot: bootId(), namespace: namespace(), ...change }
      writeFileSync(join(sandbox.folder, 'lock'), JSON.stringify(owner))
      await (await lockFolder(sandbox.folder)).close()
    }
  })
})

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
}

function startOf(pid: number): string {
  return readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')[19]!
}

function namespace(): string {
  return readlinkSync('/proc/self/ns/pid')
}
