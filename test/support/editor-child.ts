import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SeededRandom } from '../../src/lib/seeded-random.ts'
import { fingerprint } from './folder-content.ts'

/** A change that an editor has made, and when; `print` is undefined for a path that is gone. */
export interface EditorSave {
  readonly path: string
  readonly print?: string
  readonly at: number
}

/** A program that edits files as editors and tools do: `node editor-child.js FOLDER PREFIX COUNT SEED PAUSE_MS`. */
class Editor {
  readonly #root: string
  readonly #prefix: string
  readonly #random: SeededRandom
  readonly #live: string[] = []
  #made = 0

  constructor(root: string, prefix: string, seed: number) {
    this.#root = root
    this.#prefix = prefix
    this.#random = new SeededRandom(seed)
  }

  step(): void {
    const kind = this.#random.below(20)
    if (this.#live.length < 4 || kind < 5) this.#create()
    else if (kind < 11) this.#save(this.#pick(), this.#text())
    else if (kind < 14) this.#rename()
    else if (kind < 16) this.#remove()
    else if (kind < 18) this.#save(this.#pick(), this.#random.bytes(200 + this.#random.below(2000)))
    else if (kind < 19) this.#changeMode()
    else this.#link()
  }

  #pick(): string {
    return this.#random.pick(this.#live)
  }

  #text(): string {
    const lines = 1 + this.#random.below(40)
    return Array.from({ length: lines }, (_, i) => `${this.#prefix} line ${i} ${this.#random.below(1e9)}\n`).join('')
  }

  #newPath(): string {
    const folder = this.#random.pick(['', 'src/', 'src/deep/er/', `new${this.#made}/`])
    return `${this.#prefix}/${folder}f${this.#made++}.txt`
  }

  #create(): void {
    const path = this.#newPath()
    this.#live.push(path)
    this.#save(path, this.#random.below(4) === 0 ? this.#random.bytes(500) : this.#text())
  }

  #save(path: string, content: string | Uint8Array): void {
    const full = join(this.#root, path)
    mkdirSync(dirname(full), { recursive: true })
    const style = this.#random.below(3)
    if (style === 0) writeFileSync(full, content)
    else if (style === 1) {
      writeFileSync(`${full}~`, content)
      renameSync(`${full}~`, full)
    } else {
      writeFileSync(full, '')
      writeFileSync(full, content, { flag: 'a' })
    }
    this.#tell(path)
  }

  #rename(): void {
    const from = this.#pick()
    const to = this.#newPath()
    mkdirSync(dirname(join(this.#root, to)), { recursive: true })
    renameSync(join(this.#root, from), join(this.#root, to))
    this.#live.splice(this.#live.indexOf(from), 1, to)
    this.#tell(from)
    this.#tell(to)
  }

  #remove(): void {
    const path = this.#pick()
    rmSync(join(this.#root, path))
    this.#live.splice(this.#live.indexOf(path), 1)
    this.#tell(path)
  }

  #changeMode(): void {
    const path = this.#pick()
    const print = fingerprint(join(this.#root, path))!
    if (print.startsWith('link')) return
    chmodSync(join(this.#root, path), print.startsWith('program') ? 0o644 : 0o755)
    this.#tell(path)
  }

  #link(): void {
    const path = this.#newPath()
    mkdirSync(dirname(join(this.#root, path)), { recursive: true })
    symlinkSync(`target-${this.#made}`, join(this.#root, path))
    this.#tell(path)
  }

  #tell(path: string): void {
    const print = fingerprint(join(this.#root, path))
    const save: EditorSave = { path, ...(print && { print }), at: performance.timeOrigin + performance.now() }
    process.send!(save)
  }
}

if (process.send && process.argv[2]) {
  const [root, prefix, count, seed, pauseMs] = process.argv.slice(2) as [string, string, string, string, string]
  const editor = new Editor(root, prefix, Number(seed))
  let done = 0
  const timer = setInterval(() => {
    if (done++ < Number(count)) return editor.step()
    clearInterval(timer)
    process.disconnect()
  }, Number(pauseMs))
}
