import { watch, type FSWatcher, type Stats } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { ChangeBatch } from './change-batch.ts'
import { isProtected } from './tree-path.ts'

/** How often everything is looked at once some folder could not be watched or read. */
const pollMs = 2000

interface Folder {
  /** Undefined where the system gave no watch. */
  readonly watcher: FSWatcher | undefined
  /** Names of what lies in it, folders left out: told when the folder goes away as a whole. */
  readonly files: Set<string>
}

/**
 * Watches a tree of files: one watch of the system for each folder, none for files. A new folder is watched first and read then, so
 * that nothing in it is missed. Where the system refuses, everything is looked at every two seconds.
 */
export class TreeWatcher {
  readonly #root: string
  readonly #isIgnored: (path: string, isFolder: boolean) => boolean
  readonly #changed: (paths: readonly string[] | undefined) => void
  readonly #batch: ChangeBatch
  /** By path; the root is ''. */
  readonly #folders = new Map<string, Folder>()
  /** Paths at which something came or went, to be looked at. */
  readonly #moved = new Set<string>()
  /** Resolves when everything is watched. */
  readonly ready: Promise<void>
  #work: Promise<void> = Promise.resolve()
  #poll: NodeJS.Timeout | undefined
  #closed = false

  /** `changed` gets paths of files that may have changed; undefined where some may have been missed. */
  constructor(
    root: string,
    isIgnored: (path: string, isFolder: boolean) => boolean,
    changed: (paths: readonly string[] | undefined) => void,
  ) {
    this.#root = root
    this.#isIgnored = (path, isFolder) => isProtected(path) || isIgnored(path, isFolder)
    this.#changed = changed
    this.#batch = new ChangeBatch((paths) => (paths ? changed(paths) : this.#startAnew()))
    this.#enqueue(() => this.#enter('', false))
    this.ready = this.#work
  }

  /** What the kernel dropped may have been a new folder: all watches are set up again before everything is looked at. */
  #startAnew(): void {
    this.#enqueue(async () => {
      await this.#enter('', false)
      if (!this.#closed) this.#changed(undefined)
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#poll)
    await this.#work
    this.#forget('')
    this.#batch.close()
  }

  /** One after the other, so that no folder is entered twice at once. */
  #enqueue(task: () => Promise<void>): void {
    this.#work = this.#work.then(() => (this.#closed ? undefined : task()))
  }

  #onEvent(folder: string, event: string, name: string | null): void {
    if (this.#closed) return
    this.#batch.heard()
    if (name === null) return this.#batch.addEverything()
    const path = childOf(folder, name)
    if (isProtected(path)) return
    if (event === 'change') {
      if (!this.#folders.has(path) && !this.#isIgnored(path, false)) this.#batch.add(path)
      return
    }
    if (!this.#moved.size) this.#enqueue(() => this.#lookAtMoved())
    this.#moved.add(path)
    // A folder that goes away says so under its own name.
    if (folder && name === basename(folder)) this.#moved.add(folder)
  }

  async #lookAtMoved(): Promise<void> {
    const paths = [...this.#moved]
    this.#moved.clear()
    const found = await Promise.all(paths.map((path) => this.#unlessGone(lstat(join(this.#root, path)))))
    for (const [at, path] of paths.entries()) await this.#lookAt(path, found[at])
  }

  /** A folder is taken as new even where one of its name was there: it may be another, and its number the same. */
  async #lookAt(path: string, found: Stats | undefined): Promise<void> {
    for (const file of this.#filesBelow(path)) this.#batch.add(file)
    this.#forget(path)
    const parent = this.#folders.get(parentOf(path))
    const name = basename(path)
    if (found?.isDirectory()) {
      if (parent?.files.delete(name)) this.#batch.add(path)
      await this.#enter(path, true)
    } else if (!this.#isIgnored(path, false)) {
      if (found) parent?.files.add(name)
      else parent?.files.delete(name)
      this.#batch.add(path)
    }
  }

  async #enter(path: string, isNew: boolean): Promise<void> {
    this.#forget(path)
    if (this.#closed || (path && this.#isIgnored(path, true))) return
    const folder: Folder = { watcher: this.#watch(path), files: new Set() }
    this.#folders.set(path, folder)
    const items = await this.#unlessGone(readdir(join(this.#root, path), { withFileTypes: true }))
    if (!items) return this.#forget(path)
    for (const item of items) {
      const child = childOf(path, item.name)
      if (item.isDirectory()) await this.#enter(child, isNew)
      else if (!this.#isIgnored(child, false)) {
        folder.files.add(item.name)
        if (isNew) this.#batch.add(child)
      }
    }
  }

  #watch(path: string): FSWatcher | undefined {
    try {
      const watcher = watch(join(this.#root, path), { persistent: false }, (event, name) =>
        this.#onEvent(path, event, name),
      )
      return watcher.on('error', () => this.#batch.addEverything())
    } catch (error) {
      this.#pollUnlessGone(error)
      return undefined
    }
  }

  async #unlessGone<T>(call: Promise<T>): Promise<T | undefined> {
    try {
      return await call
    } catch (error) {
      this.#pollUnlessGone(error)
      return undefined
    }
  }

  /** What is gone is told by its folder; of all else that the system refuses (rights, limits) nobody tells anything. */
  #pollUnlessGone(error: unknown): void {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'ENOTDIR')
      this.#poll ??= setInterval(() => this.#changed(undefined), pollMs).unref()
  }

  /** Stops to watch a folder and all below it. */
  #forget(path: string): void {
    for (const [other, folder] of this.#folders)
      if (isWithin(other, path)) {
        folder.watcher?.close()
        this.#folders.delete(other)
      }
  }

  *#filesBelow(path: string): Generator<string> {
    for (const [other, folder] of this.#folders)
      if (isWithin(other, path)) for (const name of folder.files) yield childOf(other, name)
  }
}

function childOf(folder: string, name: string): string {
  return folder ? `${folder}/${name}` : name
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`)
}
