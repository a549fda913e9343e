import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { AnvcsError, type ErrorCode } from './contracts/errors.ts'
import type { MergedTrees, TreesOutput } from './contracts/merge-driver.ts'
import { lendTrees, type LentTrees } from './lent-trees.ts'
import type { MergeText, MergeTextInput, MergeTextResult } from './merge/index.ts'
import type { MergeThreads } from './merge/threaded-driver.ts'

/** What a thread is asked; answers bear the same number. */
export type PoolRequest = { readonly id: number } & Question

type Question =
  | { readonly input: Omit<MergeTextInput, 'signal'>; readonly trees?: never }
  | { readonly input?: never; readonly trees: LentTrees }

export type PoolResult = MergeTextResult | TreesOutput

export type PoolReply =
  | { readonly id: number; readonly result: PoolResult }
  | { readonly id: number; readonly fault: PoolFault }

interface PoolFault {
  readonly message: string
  readonly stack?: string
  readonly code?: ErrorCode
  readonly hint?: string
}

export interface MergePoolOptions {
  /** Threads at most; as many as the machine has processors unless told. */
  readonly threads?: number
}

/** Merges in threads of their own, so that a process with other work goes on with it. */
export interface MergePool {
  /** As `mergeText`: the same results. An abort ends the thread that merges. */
  readonly mergeText: MergeText
  /** Ends the threads; what has not been merged rejects with ABORTED. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** A pool without threads: they start when files come, and hold up no process that ends. */
export function openMergePool({ threads = availableParallelism() }: MergePoolOptions = {}): MergePool {
  const pool = new ThreadPool(threads)
  return {
    mergeText: (input) => pool.mergeText(input),
    close: () => pool.close(),
    [Symbol.asyncDispose]: () => pool.close(),
  }
}

interface Job {
  readonly id: number
  readonly question: Question
  readonly resolve: (result: PoolResult) => void
  readonly reject: (reason: unknown) => void
}

/** The same for rooms, which look across files, too. */
export class ThreadPool implements MergePool, MergeThreads {
  readonly #threads: number
  readonly #idle: Worker[] = []
  readonly #busy = new Map<Worker, Job>()
  readonly #waiting: Job[] = []
  #jobs = 0
  #isClosed = false

  constructor(threads: number) {
    this.#threads = Math.max(1, threads)
  }

  async mergeText({ signal, ...input }: MergeTextInput): Promise<MergeTextResult> {
    return (await this.#ask({ input }, signal)) as MergeTextResult
  }

  async mergeTrees(input: MergedTrees): Promise<TreesOutput> {
    const { lent, end } = lendTrees(input)
    try {
      return (await this.#ask({ trees: lent })) as TreesOutput
    } finally {
      end()
    }
  }

  async #ask(question: Question, signal?: AbortSignal): Promise<PoolResult> {
    signal?.throwIfAborted()
    if (this.#isClosed) throw new AnvcsError('ABORTED', { message: 'The merge pool is closed.' })
    let onAbort: (() => void) | undefined
    try {
      return await new Promise<PoolResult>((resolve, reject) => {
        const job = { id: ++this.#jobs, question, resolve, reject }
        onAbort = () => this.#give(job, signal!.reason)
        signal?.addEventListener('abort', onAbort, { once: true })
        this.#waiting.push(job)
        this.#next()
      })
    } finally {
      if (onAbort) signal?.removeEventListener('abort', onAbort)
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const reason = new AnvcsError('ABORTED', { message: 'The merge pool was closed.' })
    for (const job of [...this.#waiting, ...this.#busy.values()]) this.#give(job, reason)
    await Promise.all(this.#idle.splice(0).map((worker) => worker.terminate()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #next(): void {
    while (this.#waiting.length > 0) {
      const isFull = this.#idle.length === 0 && this.#busy.size >= this.#threads
      if (isFull) return
      const job = this.#waiting.shift()!
      const worker = this.#idle.pop() ?? this.#start()
      worker.ref()
      this.#busy.set(worker, job)
      const { id, question } = job
      const transfer = question.trees ? [question.trees.port] : []
      worker.postMessage({ id, ...question } satisfies PoolRequest, transfer)
    }
  }

  #start(): Worker {
    const worker = new Worker(new URL('./merge-worker.js', import.meta.url), { execArgv: [] })
    worker.on('message', (reply: PoolReply) => this.#answer(worker, reply))
    worker.on('error', (error) => this.#lost(worker, error))
    worker.on('exit', () =>
      this.#lost(worker, new AnvcsError('INTERNAL', { message: 'A thread that merges has ended.' })),
    )
    return worker
  }

  #answer(worker: Worker, reply: PoolReply): void {
    const job = this.#busy.get(worker)
    if (job?.id !== reply.id) return
    this.#busy.delete(worker)
    worker.unref()
    this.#idle.push(worker)
    if ('result' in reply) job.resolve(reply.result)
    else job.reject(errorOf(reply.fault))
    this.#next()
  }

  /** Rejects a job; a thread that merges it is ended, for nothing else can stop it. */
  #give(job: Job, reason: unknown): void {
    job.reject(reason)
    const at = this.#waiting.indexOf(job)
    if (at >= 0) this.#waiting.splice(at, 1)
    for (const [worker, running] of this.#busy)
      if (running === job) {
        this.#busy.delete(worker)
        void worker.terminate()
      }
    if (!this.#isClosed) this.#next()
  }

  #lost(worker: Worker, error: unknown): void {
    const job = this.#busy.get(worker)
    this.#busy.delete(worker)
    const at = this.#idle.indexOf(worker)
    if (at >= 0) this.#idle.splice(at, 1)
    job?.reject(error)
    if (!this.#isClosed) this.#next()
  }
}

function errorOf({ message, stack, code, hint }: PoolFault): Error {
  if (code !== undefined) return new AnvcsError(code, { message, ...(hint !== undefined && { hint }) })
  return Object.assign(new Error(message), stack !== undefined && { stack })
}
