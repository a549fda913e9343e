import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import type { EditorSave } from './editor-child.ts'
import { fingerprint } from './folder-content.ts'
import { projectRoot } from './project.ts'

export interface EditorOptions {
  /** Where the editor saves. */
  readonly folder: string
  readonly prefix: string
  readonly count: number
  readonly seed: number
  readonly pauseMs: number
}

export interface SavesOptions extends EditorOptions {
  /** Where its saves are to arrive. */
  readonly other: string
}

const pollMs = 5

function startEditor({ folder, prefix, count, seed, pauseMs }: EditorOptions): ChildProcess {
  const program = join(projectRoot, 'dist/test/support/editor-child.js')
  return fork(program, [folder, prefix, String(count), String(seed), String(pauseMs)])
}

/** Runs an editor to its end; gives how many paths it has saved. */
export async function saves(options: EditorOptions): Promise<number> {
  const child = startEditor(options)
  let count = 0
  child.on('message', () => count++)
  await once(child, 'exit')
  return count
}

/** Runs an editor and measures how long each save takes to the other folder. A save that was overtaken by a newer one is left out. */
export async function watchedSaves(options: SavesOptions, limitMs = 20_000): Promise<readonly number[]> {
  const { other } = options
  const child = startEditor(options)
  const awaited = new Map<string, EditorSave>()
  const looked = new Map<string, string>()
  const latencies: number[] = []
  const check = (): void => {
    const now = performance.timeOrigin + performance.now()
    for (const [path, { print, at }] of awaited) {
      // Looking must cost little: what is measured runs on the same machine.
      const stat = lstatSync(join(other, path), { throwIfNoEntry: false })
      const stamp = `${print} ${stat?.ino} ${stat?.ctimeMs}`
      if (looked.get(path) === stamp) continue
      looked.set(path, stamp)
      if (fingerprint(join(other, path)) !== print) continue
      latencies.push(now - at)
      awaited.delete(path)
    }
  }
  child.on('message', (save: EditorSave) => awaited.set(save.path, save))
  const timer = setInterval(check, pollMs)
  try {
    await new Promise((resolve) => child.once('exit', resolve))
    for (const endMs = Date.now() + limitMs; awaited.size;) {
      if (Date.now() > endMs) throw new Error(`never arrived: ${[...awaited.keys()].join(', ')}`)
      await new Promise((resolve) => setTimeout(resolve, pollMs))
    }
  } finally {
    clearInterval(timer)
  }
  return latencies.sort((a, b) => a - b)
}

/** `p50 40 ms, p99 120 ms, max 180 ms of 200` */
export function summary(latencies: readonly number[]): string {
  const at = (part: number) => `${Math.round(latencies[Math.floor((latencies.length - 1) * part)]!)} ms`
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)} of ${latencies.length}`
}
