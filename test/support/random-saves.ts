import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SeededRandom } from '../../src/lib/seeded-random.ts'

/** A program that edits a folder as editors and tools do: `node random-saves.js FOLDER COUNT SEED`, each change and its time told to the parent. */
const [root = '', count = '', seed = ''] = process.argv.slice(2)
const random = new SeededRandom(Number(seed))
const live = new Map<string, string>()

function now(): number {
  return performance.timeOrigin + performance.now()
}

function save(path: string, content: string): void {
  const full = join(root, path)
  mkdirSync(dirname(full), { recursive: true })
  const style = random.below(3)
  const at = now()
  if (style === 0) writeFileSync(full, content)
  else if (style === 1) {
    writeFileSync(`${full}~`, content)
    renameSync(`${full}~`, full)
  } else {
    writeFileSync(full, '')
    writeFileSync(full, content, { flag: 'a' })
  }
  live.set(path, content)
  process.send!({ path, content, at })
}

function step(number: number): void {
  const known = [...live.keys()]
  const choice = known.length < 5 ? 5 : random.below(10)
  const folder = random.pick(['', 'a/', 'a/b/', `n${number % 7}/m/`])
  if (choice < 6)
    return save(choice < 3 && known.length ? random.pick(known) : `${folder}f${random.below(40)}`, `${number}`)
  const path = random.pick(known)
  const content = live.get(path)!
  const at = now()
  live.delete(path)
  if (choice < 8) rmSync(join(root, path))
  else {
    const to = `${folder}r${number}`
    mkdirSync(dirname(join(root, to)), { recursive: true })
    renameSync(join(root, path), join(root, to))
    live.set(to, content)
    process.send!({ path: to, content, at })
  }
  process.send!({ path, at })
}

let done = 0
const timer = setInterval(() => {
  for (let burst = 1 + random.below(4); burst > 0 && done < Number(count); burst--) step(done++)
  if (done < Number(count)) return
  clearInterval(timer)
  process.disconnect()
}, 5)
