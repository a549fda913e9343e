import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { needsProgram } from '../support/needs.ts'
import { CliWorld } from './cli-world.ts'

const text = 'one\ntwo\nthree\nfour\nfive\n'

describe('ai-vcs merge-driver', function () {
  this.timeout(60_000)
  let world: CliWorld
  let repositories = 0

  before(needsProgram('git'))
  before(async () => (world = await CliWorld.make()))
  after(() => world?.close())

  /** A repository with the driver for all files, in which `side` and the branch that is checked out change one file. */
  async function repository(
    path: string,
    [base, left, right]: readonly (string | Buffer)[],
    attributes = '',
  ): Promise<string> {
    const folder = `repo${repositories++}`
    await world.repository(folder, { '.gitattributes': `* merge=ai-vcs ${attributes}\n` })
    const driver = 'ai-vcs merge-driver %O %A %B %P --marker-size %L'
    await world.git(folder, 'config', 'merge.ai-vcs.driver', driver)
    const commit = async (content: string | Buffer) => {
      await writeFile(world.path(folder, path), content)
      await world.git(folder, 'add', '.')
      await world.git(folder, 'commit', '-q', '-m', 'change')
    }
    await commit(base!)
    await world.git(folder, 'checkout', '-q', '-b', 'side')
    await commit(right!)
    await world.git(folder, 'checkout', '-q', 'main')
    await commit(left!)
    return folder
  }

  const content = (folder: string, path: string) => readFile(world.path(folder, path))
  const merge = (folder: string) => world.run('git', ['merge', '-q', '--no-edit', 'side'], { folder })

  it('merges the files of `git merge`', async () => {
    const sides = [text, text.replace('one', 'ONE'), text.replace('five', 'FIVE')]
    const folder = await repository("it's a note.txt", sides)
    const { status, stdout, stderr } = await merge(folder)
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: "Auto-merging it's a note.txt\n", stderr: '' })
    assert.equal((await content(folder, "it's a note.txt")).toString(), 'ONE\ntwo\nthree\nfour\nFIVE\n')
  })

  it('merges what lines cannot, by syntax', async () => {
    const list = (...names: string[]) => `export const all = {\n${names.map((name) => `  ${name}: 1,\n`).join('')}}\n`
    const folder = await repository('a.ts', [list('one'), list('one', 'two'), list('one', 'three')])
    const { status, stderr } = await merge(folder)
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
    assert.equal((await content(folder, 'a.ts')).toString(), list('one', 'two', 'three'))
  })

  it('leaves to the person what lines merge to something that is wrong, and says what it is', async () => {
    const base = "import { b } from './b.ts'\n\nconsole.log(b)\n\nconsole.log(2)\n\nconsole.log(3)\n"
    const left = 'console.log(1)\n\nconsole.log(2)\n\nconsole.log(3)\n'
    const folder = await repository('a.ts', [base, left, base.replace('3', 'b + 3')])
    const { status, stderr } = await merge(folder)
    assert.equal(status, 1)
    assert.match(stderr, /a\.ts: b is used and no longer declared\./)
    assert.match((await content(folder, 'a.ts')).toString(), /^<{7} ours$/m)
  })

  it('leaves a conflict to the person, as git shows it', async () => {
    const folder = await repository('a.txt', [text, text.replace('two', 'TWO'), text.replace('two', '2')])
    const { status, stdout } = await merge(folder)
    assert.equal(status, 1)
    assert.match(stdout, /^CONFLICT \(content\): Merge conflict in a\.txt$/m)
    assert.equal(
      (await content(folder, 'a.txt')).toString(),
      'one\n<<<<<<< ours\nTWO\n=======\n2\n>>>>>>> theirs\nthree\nfour\nfive\n',
    )
    assert.equal(await world.git(folder, 'status', '--short'), 'UU a.txt')
  })

  it('heeds merge.conflictStyle, and the size of markers that an attribute names', async () => {
    const sides = [text, text.replace('two', 'TWO'), text.replace('two', '2')]
    const folder = await repository('a.txt', sides, 'conflict-marker-size=9')
    await world.git(folder, 'config', 'merge.conflictStyle', 'diff3')
    assert.equal((await merge(folder)).status, 1)
    assert.equal(
      (await content(folder, 'a.txt')).toString(),
      'one\n<<<<<<<<< ours\nTWO\n||||||||| base\ntwo\n=========\n2\n>>>>>>>>> theirs\nthree\nfour\nfive\n',
    )
  })

  it('names beside markers what it is told, and nothing that an older git leaves as it is', async () => {
    const marked = async (...labels: readonly string[]) => {
      const files = { base: 'a\n', ours: 'b\n', theirs: 'c\n' }
      for (const [name, content] of Object.entries(files)) await writeFile(world.path(name), content)
      const told = labels.flatMap((label) => ['--labels', label])
      const { status } = await world.here(['merge-driver', ...told, '--', 'base', 'ours', 'theirs', 'a.txt'])
      assert.equal(status, 1)
      return (await readFile(world.path('ours'), 'utf8')).match(/(?<=^[<>]{7} ).*$/gm)
    }
    assert.deepEqual(await marked('HEAD', '1a2b3c4', 'side (a subject)'), ['HEAD', 'side (a subject)'])
    assert.deepEqual(await marked('%X', '%S', '%Y'), ['ours', 'theirs'])
    assert.deepEqual(await marked(), ['ours', 'theirs'])
  })

  it('serves `git rebase` too', async () => {
    const folder = await repository('a.txt', [text, text.replace('one', 'ONE'), text.replace('five', 'FIVE')])
    await world.git(folder, 'rebase', '-q', 'side')
    assert.equal((await content(folder, 'a.txt')).toString(), 'ONE\ntwo\nthree\nfour\nFIVE\n')
  })

  it('keeps bytes that are no UTF-8', async () => {
    const bytes = (one: string, three: string) => Buffer.from(`${one}\nzw\xf6lf\n${three}\n`, 'latin1')
    const folder = await repository('a.txt', [bytes('1', '3'), bytes('\xe4', '3'), bytes('1', '\xfc')])
    assert.equal((await merge(folder)).status, 0)
    assert.deepEqual(await content(folder, 'a.txt'), bytes('\xe4', '\xfc'))
  })

  it('leaves our file where one is no text, and says so', async () => {
    const folder = await repository('a.bin', ['0\0\n', '1\0\n', '2\0\n'])
    const { status, stderr } = await merge(folder)
    assert.equal(status, 1)
    assert.match(stderr, /^warning: a\.bin is no text/m)
    assert.equal((await content(folder, 'a.bin')).toString(), '1\0\n')
    assert.equal(await world.git(folder, 'status', '--short'), 'UU a.bin')
  })

  it('says as JSON what conflicts where', async () => {
    for (const [name, content] of Object.entries({ o: '1\n', a: '2\n', b: '3\n' }))
      await writeFile(world.path(name), content)
    const args = ['merge-driver', 'o', 'a', 'b', 'src/a.txt', '--json']
    const { status, stdout } = await world.here(args)
    assert.equal(status, 1)
    const range = { from: 0, end: 1 }
    assert.deepEqual(JSON.parse(stdout), {
      schemaVersion: 1,
      path: 'src/a.txt',
      status: 'conflict',
      conflicts: [
        {
          lines: { from: 0, end: 5 },
          reason: 'both-changed',
          base: { lines: range, text: '1\n' },
          left: { lines: range, text: '2\n' },
          right: { lines: range, text: '3\n' },
        },
      ],
    })
    await writeFile(world.path('a'), '1\n')
    const { certificate, status: merged } = JSON.parse((await world.here(args)).stdout) as Record<string, unknown>
    assert.deepEqual({ merged, certificate }, { merged: 'clean', certificate: { version: 2, checks: ['identity'] } })
  })

  it('says which file is not there', async () => {
    const { status, stderr } = await world.here(['merge-driver', 'o', 'nowhere', 'b', 'a.txt'])
    assert.equal(status, 2)
    assert.match(stderr, /^error USAGE: There is no file nowhere\.$/m)
    const folder = await world.here(['merge-driver', '.', '.', '.', 'a.txt'])
    assert.equal(folder.status, 2)
    assert.match(folder.stderr, /^error USAGE: There is no file \.\.$/m)
  })
})
