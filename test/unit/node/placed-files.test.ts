import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { WorkTree } from '../../../src/contracts/work-tree.ts'
import { utf8 } from '../../../src/lib/bytes.ts'
import { openWorkTree } from '../../../src/node/work-tree.ts'
import { tellsReads } from '../../support/tells-reads.ts'

describe('what somebody may have read before we replaced it', () => {
  let root: string
  let tree: WorkTree

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'anvcs-placed-'))
    tree = await openWorkTree({ root })
    put('one\n')
  })
  afterEach(async () => {
    await tree.close()
    rmSync(root, { recursive: true })
  })

  const full = (): string => join(root, 'a')
  const put = (text: string): void => writeFileSync(full(), text)
  const replace = async (before: string, after: string): Promise<void> =>
    assert.ok(await tree.write('a', utf8(before), { mode: 0o100644, content: utf8(after) }))
  const save = (text: string): void => {
    writeFileSync(`${full()}~`, text)
    renameSync(`${full()}~`, full())
  }
  const overtaken = async (): Promise<readonly string[]> =>
    ((await tree.read('a'))!.overtaken ?? []).map((content) => Buffer.from(content).toString())

  function skipWithoutReads(test: Mocha.Context): void {
    if (!tellsReads()) test.skip()
  }

  it('is told where nobody has read what we put there', async function () {
    skipWithoutReads(this)
    await replace('one\n', 'one\ntheirs\n')
    assert.deepEqual(await overtaken(), [])
    save('one\nmine\n')
    assert.deepEqual(await overtaken(), ['one\n'])
    assert.deepEqual(await overtaken(), ['one\n'])
  })

  it('goes back as far as nobody has read anything, in place too', async function () {
    skipWithoutReads(this)
    await replace('one\n', '1\n')
    await replace('1\n', '2\n')
    appendFileSync(full(), 'mine\n')
    assert.deepEqual(await overtaken(), ['1\n', 'one\n'])
  })

  it('is not told where somebody has read what we put there', async () => {
    await replace('one\n', '1\n')
    readFileSync(full())
    await replace('1\n', '2\n')
    await sleep(20)
    readFileSync(full())
    save('2\nmine\n')
    assert.deepEqual(await overtaken(), [])
  })

  it('is told where a save was written before ours was there, whoever has read that', async () => {
    writeFileSync(`${full()}~`, 'one\nmine\n')
    await sleep(20)
    await replace('one\n', 'one\ntheirs\n')
    readFileSync(full())
    renameSync(`${full()}~`, full())
    assert.deepEqual(await overtaken(), ['one\n'])
  })

  it('keeps of many the first, which was read, and the last', async function () {
    skipWithoutReads(this)
    let last = 'one\n'
    for (let i = 0; i < 20; i++) await replace(last, (last = `${i}\n`))
    save('mine\n')
    const all = await overtaken()
    assert.deepEqual([all.length, all[0], all.at(-1)], [8, '18\n', 'one\n'])
  })
})
