import { fork } from 'node:child_process'
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import type { EditorSave } from './editor-child.ts'
import { fingerprint } from './folder-content.ts'
import { projectRoot } from './project.ts'

export interface SavesOptions {
  /** Where the editor saves. */
  readonly folder: string
  /** Where its saves are to arrive. */
  readonly other: string
  readonly prefix: string
  readonly count: number
  readonly seed: number
  readonly pauseMs: number
}

const pollMs = 5

/** Runs an editor and measures how long each save takes to the other folder. A save that was overtaken by a newer one is left out. */
export async function watchedSaves(options: SavesOptions, limitMs = 20_000): Promise<readonly number[]> {
  const { folder, other, prefix, count, seed, pauseMs } = options
  const program = join(projectRoot, 'dist/test/support/editor-child.js')
  const child = fork(program, [folder, prefix, String(count), String(seed), String(pauseMs)])
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
