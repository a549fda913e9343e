import { MessageChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads'
import type { MergedTrees, ReadableTree } from './contracts/merge-driver.ts'

/** Trees whose files are read in the thread that lends them, while the other one waits: what is synchronous stays it. */
export interface LentTrees extends Pick<MergedTrees, 'changed' | 'unbound'> {
  readonly trees: readonly { readonly id: string; readonly files: readonly LentFile[] }[]
  readonly port: MessagePort
  /** 1 when an answer has been sent. */
  readonly answered: Int32Array<SharedArrayBuffer>
}

type LentFile = readonly [path: string, mode: number, id: string]

/** Which file of which tree is wanted. */
type Question = readonly [tree: number, path: string]

/** Undefined where it cannot be read. */
type Reply = Uint8Array | undefined

/** What a thread is sent of trees. `end` when it has answered. */
export function lendTrees(input: MergedTrees): { readonly lent: LentTrees; readonly end: () => void } {
  const trees = [input.base, input.left, input.right, input.merged].map((tree) => ({
    id: tree.id,
    files: tree.files(),
  }))
  const { port1, port2 } = new MessageChannel()
  const answered = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  port1.on('message', ([tree, path]: Question) => {
    let reply: Reply
    try {
      reply = trees[tree]!.files.get(path)!.read()
    } catch {
      // Whoever lends the files knows what reading them has thrown.
    }
    // oxlint-disable-next-line require-post-message-target-origin -- a thread has no origin
    port1.postMessage(reply)
    Atomics.store(answered, 0, 1)
    Atomics.notify(answered, 0)
  })
  const { changed, unbound } = input
  const rows = trees.map(({ id, files }) => ({
    id,
    files: Array.from(files, ([path, file]): LentFile => [path, file.mode, file.id]),
  }))
  return { lent: { trees: rows, changed, unbound, port: port2, answered }, end: () => port1.close() }
}

/** The trees in the thread that they are lent to. */
export function lentTrees({ trees, port, answered, changed, unbound }: LentTrees): MergedTrees {
  const read = (...question: Question): Uint8Array => {
    Atomics.store(answered, 0, 0)
    // oxlint-disable-next-line require-post-message-target-origin -- a thread has no origin
    port.postMessage(question)
    Atomics.wait(answered, 0, 0)
    const reply = (receiveMessageOnPort(port) as { readonly message: Reply }).message
    if (!reply) throw new Error(`${question[1]} cannot be read`)
    return reply
  }
  const [base, left, right, merged] = trees.map(({ id, files }, at): ReadableTree => ({
    id,
    files: () => new Map(files.map(([path, mode, blob]) => [path, { mode, id: blob, read: () => read(at, path) }])),
  }))
  return { base: base!, left: left!, right: right!, merged: merged!, changed, unbound }
}
