import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { closeSync, ftruncateSync, openSync, symlinkSync, writeFileSync, writeSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DisplacedWrite, WorkTree, WorkTreeFile } from '../../../src/contracts/work-tree.ts'
import { utf8 } from '../../../src/lib/bytes.ts'
import { SeededRandom } from '../../../src/lib/seeded-random.ts'
import { openWorkTree } from '../../../src/node/work-tree.ts'
import { until } from '../../support/until.ts'

let root: string
let tree: WorkTree
let outside: string

beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), 'anvcs-tree-'))
  root = join(outside, 'tree')
  mkdirSync(root)
  tree = await openWorkTree({ root, isIgnored: (path) => /(^|\/)node_modules$/.test(path) })
})

afterEach(async () => {
  await tree.close()
  await rm(outside, { recursive: true })
})

function put(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), content)
}

function get(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

function file(content: string | Uint8Array, mode: WorkTreeFile['mode'] = 0o100644): Omit<WorkTreeFile, 'path'> {
  return { mode, content: typeof content === 'string' ? utf8(content) : content }
}

/** Everything that is told, and a way to wait until a path was. */
async function listen() {
  const told = new Map<string, number>()
  let everything = 0
  let calls = 0
  let waiting: (() => void)[] = []
  tree.onChange((paths) => {
    calls++
    if (paths) for (const path of paths) told.set(path, performance.timeOrigin + performance.now())
    else everything++
    for (const wake of waiting.splice(0)) wake()
  })
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise<void>((wake) => (waiting = [...waiting, wake]))
  }
  await until(() => everything > 0)
  return { told, until, everything: () => everything, calls: () => calls }
}

describe('reading the work tree', () => {
  it('gives content, mode and links as git sees them', async () => {
    put('a/b', Uint8Array.of(0, 255, 10))
    put('run', '#!')
    chmodSync(join(root, 'run'), 0o750)
    symlinkSync('a/b', join(root, 'link'))
    const { restedMs, ...file } = (await tree.read('a/b'))!
    assert.deepEqual(file, { path: 'a/b', mode: 0o100644, content: Buffer.from([0, 255, 10]) })
    assert.ok(restedMs! >= 0 && restedMs! < 5000, `${restedMs}`)
    assert.equal((await tree.read('run'))!.mode, 0o100755)
    const { mode, content } = (await tree.read('link'))!
    assert.deepEqual({ mode, content }, { mode: 0o120000, content: Buffer.from('a/b') })
    assert.equal(await tree.read('a'), undefined)
    assert.equal(await tree.read('missing/x'), undefined)
    assert.equal(await tree.read('run/x'), undefined)
  })

  it('never goes through a link', async () => {
    writeFileSync(join(outside, 'secret'), 's')
    symlinkSync('..', join(root, 'out'))
    assert.equal(await tree.read('out/secret'), undefined)
  })

  it('refuses paths that leave the tree or are protected', async () => {
    const paths = [
      '',
      '/etc/passwd',
      '../x',
      'a/../../x',
      './a',
      'a//b',
      'a/',
      '.git/config',
      'a/.GIT/x',
      '.git',
      '.ai/x',
    ]
    for (const path of [
      ...paths,
      'git~1/x',
      '.g\u200cit/x',
      '.git./x',
      '.git::$INDEX/x',
      'a\0',
      '.ai-vcs-tmp-1',
      '\ud800',
    ])
      for (const call of [tree.read(path), tree.write(path, undefined, file('x'))])
        await assert.rejects(call, { code: 'PATH_ESCAPES_TREE' }, path)
    for (const path of ['.gitignore', 'a/.ai', 'git', '.github/x']) assert.equal(await tree.read(path), undefined)
  })
})

describe('writing the work tree', () => {
  it('creates, replaces and deletes, with the folders that are needed and no more', async () => {
    assert.ok(await tree.write('a/b/c', undefined, file('1')))
    assert.ok(await tree.write('a/b/c', utf8('1'), file('2')))
    assert.equal(get('a/b/c'), '2')
    assert.ok(await tree.write('a/b/c', utf8('2'), undefined))
    assert.deepEqual(readdirSync(root), [])
    assert.ok(await tree.write('a/b/c', undefined, undefined))
  })

  it('leaves a file as it is that holds other bytes than expected', async () => {
    put('a', 'newer')
    assert.equal(await tree.write('a', utf8('older'), file('x')), false)
    assert.equal(await tree.write('a', undefined, file('x')), false)
    assert.equal(await tree.write('a', utf8('older'), undefined), false)
    assert.equal(await tree.write('gone', utf8('older'), file('x')), false)
    assert.equal(await tree.write('gone', utf8('older'), undefined), false)
    assert.equal(get('a'), 'newer')
    assert.deepEqual(readdirSync(root), ['a'])
  })

  it('keeps permission bits and changes what git knows of them', async () => {
    put('a', '1')
    chmodSync(join(root, 'a'), 0o640)
    const bits = () => lstatSync(join(root, 'a')).mode & 0o777
    await tree.write('a', utf8('1'), file('2'))
    assert.equal(bits(), 0o640)
    await tree.write('a', utf8('2'), file('2', 0o100755))
    assert.equal(bits(), 0o750)
    await tree.write('a', utf8('2'), file('3'))
    assert.equal(bits(), 0o640)
  })

  it('replaces links as links, and never what they lead to', async () => {
    writeFileSync(join(outside, 'secret'), 's')
    symlinkSync('../secret', join(root, 'l'))
    assert.equal(await tree.write('l', utf8('s'), file('x')), false)
    assert.ok(await tree.write('l', utf8('../secret'), file('x')))
    assert.ok(await tree.write('l', utf8('x'), file('../secret', 0o120000)))
    assert.ok(await tree.write('m', undefined, file('l', 0o120000)))
    assert.equal((await tree.read('m'))!.mode, 0o120000)
    symlinkSync('..', join(root, 'out'))
    assert.equal(await tree.write('out/new', undefined, file('x')), false)
    assert.equal(await tree.write('out/secret', utf8('s'), undefined), false)
    assert.deepEqual(readdirSync(outside).sort(), ['secret', 'tree'])
    assert.equal(readFileSync(join(outside, 'secret'), 'utf8'), 's')
  })

  it('turns a file into a folder and back', async () => {
    await tree.write('a', undefined, file('1'))
    assert.equal(await tree.write('a/b', undefined, file('2')), false)
    assert.ok(await tree.write('a', utf8('1'), undefined))
    assert.ok(await tree.write('a/b', undefined, file('2')))
    assert.equal(await tree.write('a', undefined, file('1')), false)
    assert.ok(await tree.write('a/b', utf8('2'), undefined))
    mkdirSync(join(root, 'a'))
    assert.ok(await tree.write('a', undefined, file('1')))
    assert.equal(get('a'), '1')
  })

  it('takes 10 MB of anything', async () => {
    const content = Buffer.alloc(10_000_000, Uint8Array.of(0, 1, 2, 255, 10, 13))
    assert.ok(await tree.write('big', undefined, file(content)))
    assert.ok(await tree.write('big', content, file(content.subarray(1))))
    assert.ok(content.subarray(1).equals((await tree.read('big'))!.content))
  })

  it('fails with its own code where the system refuses', async () => {
    const name = 'n'.repeat(254)
    await assert.rejects(openWorkTree({ root: join(root, 'missing') }), { code: 'WORK_TREE_FAILED' })
    await assert.rejects(tree.write(`${name}/`.repeat(18) + 'x', undefined, file('x')), { code: 'PATH_ESCAPES_TREE' })
    await assert.rejects(tree.write(`${name}/`.repeat(15) + 'x'.repeat(255), undefined, file('x')), {
      code: 'WORK_TREE_FAILED',
    })
  })

  it('never replaces a save that came while it was at work', async () => {
    const random = new SeededRandom(3)
    let refused = 0
    for (let i = 0; i < 150; i++) {
      put('a', `before ${i}`)
      const written = tree.write('a', utf8(`before ${i}`), file('ours'))
      if (i % 3 === 0) assert.ok(await written)
      else for (let turn = random.below(40); turn > 0; turn--) await new Promise((done) => setImmediate(done))
      if (random.chance(0.5)) put('a', `theirs ${i}`)
      else {
        put('a~', `theirs ${i}`)
        renameSync(join(root, 'a~'), join(root, 'a'))
      }
      if (!(await written)) refused++
      assert.equal(get('a'), `theirs ${i}`)
    }
    assert.ok(refused > 10, `${refused}`)
  })
})

describe('watching the work tree', () => {
  it('tells of every change that another program made, and soon', async () => {
    for (const name of ['f1', 'a/f2', 'a/b/f3']) put(name, 'start')
    const { told, until } = await listen()
    const seen = new Map<string, string | undefined>()
    tree.onChange((paths) => {
      for (const path of paths ?? []) seen.set(path, existsSync(join(root, path)) ? get(path) : undefined)
    })
    const program = fileURLToPath(new URL('../../support/random-saves.js', import.meta.url))
    const child = fork(program, [root, '200', '7'])
    const last = new Map<string, { content: string | undefined; at: number }>()
    const delays: number[] = []
    child.on('message', ({ path, content, at }: { path: string; content?: string; at: number }) => {
      last.set(path, { content, at })
    })
    await Promise.all([once(child, 'exit'), once(child, 'disconnect')])
    // What came and went before its new folder was watched was never there for us.
    await until(() => [...last].every(([path, { content }]) => seen.get(path) === content))
    for (const [path, { at }] of last) if (told.has(path)) delays.push(told.get(path)! - at)
    delays.sort((a, b) => a - b)
    const figures = [0.5, 1].map((part) => delays[Math.floor((delays.length - 1) * part)]!)
    assert.ok(last.size > 50, `${last.size}`)
    assert.ok(figures[0]! < 250, `p50 and maximum: ${figures.join(', ')} ms`)
  })

  it('joins a burst', async () => {
    const { told, until, calls } = await listen()
    const before = calls()
    for (let i = 0; i < 50; i++) put('a', `${i}`)
    await until(() => told.has('a'))
    assert.ok(calls() - before <= 2, `${calls() - before}`)
  })

  it('never tells of .git, .ai, ignored folders and temporary files of its own', async () => {
    const { told, until } = await listen()
    for (const name of ['.git/index', '.ai/meta/x', 'sub/.git/HEAD', 'node_modules/x/y', 'b/node_modules/z'])
      put(name, 'x')
    for (let i = 0; i < 20; i++) await tree.write('own', i ? utf8(`${i - 1}`) : undefined, file(`${i}`))
    put('last', 'x')
    await until(() => told.has('last') && told.has('own'))
    assert.deepEqual([...told.keys()].sort(), ['last', 'own'])
  })

  it('tells of each file of a folder that came, went or moved', async () => {
    put('../made/x/1', '1')
    put('../made/2', '2')
    const { told, until } = await listen()
    renameSync(join(outside, 'made'), join(root, 'here'))
    await until(() => told.has('here/x/1') && told.has('here/2'))
    put('here/x/1', 'changed')
    told.clear()
    await until(() => told.has('here/x/1'))
    told.clear()
    renameSync(join(root, 'here'), join(root, 'there'))
    await until(() => ['here/x/1', 'here/2', 'there/x/1', 'there/2'].every((path) => told.has(path)))
    told.clear()
    put('there/x/new', '1')
    await until(() => told.has('there/x/new'))
    told.clear()
    renameSync(join(root, 'there'), join(outside, 'made'))
    await until(() => ['there/x/1', 'there/x/new', 'there/2'].every((path) => told.has(path)))
  })

  it('sees what happens in a folder that was deleted and made again at once', async () => {
    put('a/b/1', '1')
    const { told, until } = await listen()
    for (let i = 0; i < 10; i++) {
      rmSync(join(root, 'a'), { recursive: true })
      put('a/b/1', `${i}`)
    }
    await until(() => told.has('a/b/1'))
    await new Promise((done) => setTimeout(done, 150))
    told.clear()
    put('a/b/1', 'again')
    await until(() => told.has('a/b/1'))
    put('a/b/2', 'new')
    await until(() => told.has('a/b/2'))
  })

  it('sees a file that becomes a folder, and back', async () => {
    put('a', '1')
    const { told, until } = await listen()
    rmSync(join(root, 'a'))
    put('a/b', '2')
    await until(() => told.has('a') && told.has('a/b'))
    told.clear()
    rmSync(join(root, 'a'), { recursive: true })
    put('a', '3')
    await until(() => told.has('a') && told.has('a/b'))
  })

  it('says to look at everything where a burst was too large, and goes on', async () => {
    for (let i = 0; i < 40; i++) put(`many/${i}/0`, 'x')
    const { told, until, everything } = await listen()
    for (let i = 0; i < 6000; i++) put(`many/${i % 40}/${i}`, 'x')
    await until(() => everything() > 1)
    told.clear()
    put('many/3/after', 'x')
    await until(() => told.has('many/3/after'))
  })

  it('tells nothing after it is closed, which can be done twice', async () => {
    const { told } = await listen()
    await tree.close()
    await tree.close()
    put('a', '1')
    await new Promise((done) => setTimeout(done, 60))
    assert.equal(told.size, 0)
    assert.ok(existsSync(join(root, 'a')))
  })
})

describe('a file that is replaced while a program has it open', () => {
  async function displaced() {
    const told: DisplacedWrite[] = []
    const stop = tree.onDisplaced((write) => told.push(write))
    const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()
    return { stop, told: () => told.map(({ path, before, after }) => [path, text(before), text(after)]) }
  }

  it('tells what is written into it afterwards, each time against what was told last', async () => {
    put('a', 'one\n')
    const { told, stop } = await displaced()
    const program = openSync(join(root, 'a'), 'a')
    assert.ok(await tree.write('a', utf8('one\n'), file('theirs\n')))
    writeSync(program, 'two\n')
    await until(() => told().length === 1)
    writeSync(program, 'three\n')
    await until(() => told().length === 2)
    closeSync(program)
    stop()
    assert.deepEqual(told(), [
      ['a', 'one\n', 'one\ntwo\n'],
      ['a', 'one\ntwo\n', 'one\ntwo\nthree\n'],
    ])
    assert.equal(get('a'), 'theirs\n')
  })

  it('tells what was written into one that is deleted, and at once where listening ends', async () => {
    put('a', 'one\n')
    const { told, stop } = await displaced()
    const program = openSync(join(root, 'a'), 'r+')
    assert.ok(await tree.write('a', utf8('one\n'), undefined))
    writeSync(program, 'TWO', 0)
    stop()
    closeSync(program)
    assert.deepEqual(told(), [['a', 'one\n', 'TWO\n']])
  })

  it('tells what is written in parts when it is whole', async () => {
    put('a', 'one\ntwo\n')
    const { told, stop } = await displaced()
    const program = openSync(join(root, 'a'), 'r+')
    assert.ok(await tree.write('a', utf8('one\ntwo\n'), file('theirs\n')))
    ftruncateSync(program)
    await new Promise((resolve) => setTimeout(resolve, 350))
    writeSync(program, 'one\n', 0)
    await new Promise((resolve) => setTimeout(resolve, 350))
    assert.deepEqual(told(), [])
    writeSync(program, 'more\ntwo\n', 4)
    await until(() => told().length === 1)
    ftruncateSync(program, 4)
    stop()
    closeSync(program)
    assert.deepEqual(told(), [['a', 'one\ntwo\n', 'one\nmore\ntwo\n']])
  })

  it('tells nothing where nothing is written, and lets the files go', async () => {
    const { told, stop } = await displaced()
    const before = readdirSync('/proc/self/fd').length
    for (let i = 0; i < 100; i++) {
      put(`f${i}`, `${i}\n`)
      assert.ok(await tree.write(`f${i}`, utf8(`${i}\n`), file('other\n')))
    }
    const held = readdirSync('/proc/self/fd').length - before
    assert.ok(held > 10 && held <= 130, `${held} open files`)
    // What was put in their place is looked after for longer.
    await until(() => readdirSync('/proc/self/fd').length <= before + 66)
    stop()
    await tree.close()
    assert.ok(readdirSync('/proc/self/fd').length <= before)
    assert.deepEqual(told(), [])
  })
})
