import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { plainEnvironment } from '../../src/cli/demo/clones.ts'
import type { DemoReport } from '../../src/cli/demo/demo-report.ts'
import { faultsOf } from '../../src/cli/demo/faults.ts'
import { judge } from '../../src/cli/demo/judge.ts'
import { scoreboard } from '../../src/cli/demo/scoreboard.ts'
import { parseDidKey } from '../../src/identity/did-key.ts'
import { SeededRandom } from '../../src/lib/seeded-random.ts'
import { GitSandbox, plainGit } from '../support/git-sandbox.ts'
import { needsProgram } from '../support/needs.ts'
import { projectRoot } from '../support/project.ts'

const names = ['alice', 'bob', 'carol']

describe('the demo', function () {
  this.timeout(240_000)
  before(needsProgram('git'))
  before(needsProgram('ssh-keygen'))

  let source: GitSandbox
  let folder: string

  before(() => {
    source = new GitSandbox()
    fill(source)
    folder = mkdtempSync(join(tmpdir(), 'anvcs-demo-test-'))
  })
  after(async () => {
    await source[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Starts the program of `npm run demo`, with temporary files in a folder of its own. */
  function start(...args: readonly string[]): ChildProcess {
    mkdirSync(join(folder, 'tmp'), { recursive: true })
    const script = join(projectRoot, 'dist/src/cli/demo/main.js')
    return spawn(process.execPath, [script, '--repo', source.folder, ...args], {
      env: { ...plainGit, TMPDIR: join(folder, 'tmp') },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  async function demo(...args: readonly string[]): Promise<{ readonly code: number; readonly report: DemoReport }> {
    const child = start('--json', ...args)
    const [output, errors] = [gather(child, 'stdout'), gather(child, 'stderr')]
    const [code] = (await once(child, 'close')) as [number]
    assert.notEqual(output(), '', errors())
    return { code, report: JSON.parse(output()) as DemoReport }
  }

  /** The clones judged again, as they lie there now. */
  async function judged({ kept, repository, room, members }: DemoReport): Promise<readonly string[]> {
    const keys = members.map(({ did }) => parseDidKey(did)!)
    const environment = plainEnvironment(process.env, folder)
    const found = await judge({ folder: kept!, names, base: repository.base, room, members: keys, environment })
    return found.clones.flatMap(({ name, lost, doubled, head, unsigned }) =>
      [
        lost ? `${name} lost ${lost}` : '',
        doubled ? `${name} doubled ${doubled}` : '',
        head === found.clones[0]!.head ? '' : `${name} differs`,
        unsigned.length ? `${name} unsigned` : '',
        found.isFaultless ? '' : 'fault',
      ].filter(Boolean),
    )
  }

  describe('with one seed', () => {
    let report: DemoReport
    let wallSeconds: number
    /** How many programs wanted each core before the demo began. */
    let load: number

    before(async () => {
      const kept = join(folder, 'kept')
      load = loadavg()[0]! / availableParallelism()
      const beginMs = performance.now()
      const run = await demo('--seed', '7', '--keep', kept)
      wallSeconds = (performance.now() - beginMs) / 1000
      report = run.report
      assert.deepEqual([report.faults, report.ok, run.code], [[], true, 0])
    })

    it('loses and doubles no word, in any of three clones that are alike', () => {
      assert.ok(report.words.typed >= 250, `${report.words.typed} words`)
      assert.equal(
        report.words.typed,
        report.members.reduce((sum, { words }) => sum + words, 0),
      )
      for (const clone of report.clones)
        assert.deepEqual(
          [clone.found, clone.lost, clone.doubled, clone.uncommitted, clone.isSound, clone.tree],
          [report.words.typed, 0, 0, 0, true, report.clones[0]!.tree],
        )
    })

    it('has each peer type at least 30 operations into one function that are concurrent with those of others', () => {
      assert.equal(report.together.function, 'total')
      assert.deepEqual(
        report.together.peers.map(({ name }) => name),
        names,
      )
      assert.ok(report.together.peers.every(({ concurrent }) => concurrent >= 30))
    })

    it('lets no byte in or out of the peer that is cut off, which keeps trying', () => {
      const { bytesIn, bytesOut, socketsBefore, socketsMeanwhile, refused, ms } = report.partition
      assert.deepEqual([bytesIn, bytesOut, socketsMeanwhile], [0, 0, 0])
      assert.ok(socketsBefore! > 0 && refused > 0 && ms > 0)
    })

    it('has every commit of a member signed and recorded, and every automatic merge attested', () => {
      const { members, good, unchecked, merges, attested } = report.commits
      assert.deepEqual([members, good, unchecked], [4, 4, 0])
      assert.ok(merges >= 1 && attested === merges)
    })

    it('shows how long it took: the time that the clock on the wall tells, and less than a minute', () => {
      const { seconds } = report
      assert.ok(seconds > wallSeconds / 2 && seconds < wallSeconds + 0.1, `${seconds} s of ${wallSeconds} s`)
      assert.match(scoreboard(report), new RegExp(`^time +${seconds} s$`, 'm'))
      // Where others take the cores away it says nothing of the demo.
      assert.ok(seconds < 60 || load > 2, `${seconds} s at a load of ${load} for each core`)
    })

    it('moves, makes and deletes files', () => {
      const files = source.gitIn(join(report.kept!, 'carol'), 'ls-tree', '-r', '--name-only', 'HEAD').split('\n')
      assert.equal(files.filter((path) => path.includes('moved-')).length, 2)
      assert.equal(files.filter((path) => /^(notes|apart)-\d+\.md$/.test(path)).length, 2)
      assert.equal(files.filter((path) => path !== '').length, report.repository.files + 1)
    })

    it('does nothing to the repository that it cloned', () => {
      assert.equal(source.status(), '')
      assert.equal(source.git('for-each-ref', '--format=%(refname)').trim(), 'refs/heads/main')
    })

    it('its judge finds nothing in what was kept, and a word that is lost, doubled, or was never typed', async () => {
      assert.deepEqual(await judged(report), [])
      const bob = join(report.kept!, 'bob')
      const words = readFileSync(join(report.kept!, 'words.txt'), 'utf8').trim().split('\n')
      const [gone, twice] = [words[10]!, words[20]!]
      const [path] = source.gitIn(bob, 'grep', '-l', gone).trim().split('\n') as [string]
      writeFileSync(join(bob, path), readFileSync(join(bob, path), 'utf8').replace(gone, twice))
      source.gitIn(bob, 'commit', '-qam', 'tampered')
      assert.deepEqual(await judged(report), [
        'fault',
        'bob lost 1',
        'bob doubled 1',
        'bob differs',
        'bob unsigned',
        'fault',
        'fault',
      ])
      source.gitIn(bob, 'reset', '-q', '--hard', 'HEAD~1')
      appendFileSync(join(report.kept!, 'words.txt'), 'carol-999-000000\n')
      const lost = ['alice lost 1', 'fault', 'bob lost 1', 'fault', 'carol lost 1', 'fault']
      assert.deepEqual(await judged(report), lost)
    })

    it('fails on whatever is lost or differs', () => {
      const [first, second, third] = report.clones as [
        DemoReport['clones'][0],
        DemoReport['clones'][0],
        DemoReport['clones'][0],
      ]
      const planted: readonly Partial<DemoReport>[] = [
        { clones: [first, { ...second, lost: 1, lostWords: ['bob-1-aaaaaa'] }, third] },
        { clones: [first, second, { ...third, tree: '0'.repeat(40) }] },
        { clones: [{ ...first, isSound: false }, second, third] },
        { clones: [{ ...first, uncommitted: 1 }, second, third] },
        { partition: { ...report.partition, bytesIn: 1 } },
        { partition: { ...report.partition, socketsMeanwhile: 1 } },
        { commits: { ...report.commits, good: 3 } },
        { commits: { ...report.commits, attested: 0 } },
        { together: { ...report.together, peers: report.together.peers.slice(1) } },
        { voided: 1 },
      ]
      for (const change of planted)
        assert.equal(faultsOf({ ...report, ...change }, true).length, 1, JSON.stringify(change))
      assert.equal(faultsOf(report, false).length, 1)
      assert.deepEqual(faultsOf(report, true), [])
    })
  })

  it('does other things with another seed, and leaves nothing behind', async () => {
    const { report, code } = await demo('--seed', '8')
    assert.deepEqual([report.faults, report.ok, code], [[], true, 0])
    assert.deepEqual(readdirSync(join(folder, 'tmp')), [])
  })

  it('ends with the error of a peer that dies, and leaves nothing behind', async () => {
    const child = start()
    const errors = gather(child, 'stderr')
    await untilSaid(child, errors, 'type into')
    const [peer] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').split(' ').map(Number)
    process.kill(peer!, 'SIGKILL')
    assert.deepEqual(await once(child, 'close'), [1, null])
    assert.match(errors(), /error INTERNAL: alice: its process ended \(SIGKILL\)/)
    assert.deepEqual(readdirSync(join(folder, 'tmp')), [])
  })

  it('ends on Ctrl-C with status 130, its peers too, and leaves nothing behind', async () => {
    const child = start()
    const errors = gather(child, 'stderr')
    await untilSaid(child, errors, 'type into')
    const peers = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ')
    assert.equal(peers.length, 3)
    child.kill('SIGINT')
    assert.deepEqual(await once(child, 'close'), [130, null])
    assert.deepEqual(
      peers.filter((pid) => existsSync(`/proc/${pid}`)),
      [],
    )
    assert.deepEqual(readdirSync(join(folder, 'tmp')), [])
  })

  it('refuses a folder that is not empty and a seed that is no number', async () => {
    for (const args of [
      ['--keep', folder],
      ['--seed', 'x'],
      ['--seeds', '1'],
    ]) {
      const child = start(...args)
      assert.deepEqual(await once(child, 'close'), [2, null], args.join(' '))
    }
  })
})

/** A small repository with history: text, a function, files to be moved and deleted. */
function fill(source: GitSandbox): void {
  const random = new SeededRandom(1)
  const words = ['branch', 'commit', 'merge', 'tree', 'index', 'object', 'remote', 'note']
  const line = (): string => Array.from({ length: 5 }, () => random.pick(words)).join(' ')
  const text = (at: number): string => Array.from({ length: 16 }, (_, i) => `${at}.${i} ${line()}\n`).join('')
  const body = Array.from({ length: 14 }, (_, i) => `  sum += values[${i}] ?? 0\n`).join('')
  source.commit(Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`text-${i}.md`, text(i)])), 'texts')
  source.commit(
    { 'src/total.ts': `export function total(values: number[]) {\n  let sum = 0\n${body}  return sum\n}\n` },
    'code',
  )
  source.commit(Object.fromEntries(Array.from({ length: 4 }, (_, i) => [`docs/page-${i}.md`, text(i + 10)])), 'pages')
}

function gather(child: ChildProcess, stream: 'stdout' | 'stderr'): () => string {
  let text = ''
  child[stream]!.on('data', (chunk: Buffer) => (text += chunk.toString()))
  return () => text
}

async function untilSaid(child: ChildProcess, text: () => string, wanted: string): Promise<void> {
  while (!text().includes(wanted)) await once(child.stderr!, 'data')
}
