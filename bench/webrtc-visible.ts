import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startSignalingServer } from '../signaling/server/index.ts'
import { interleaved, quantile, round, type BenchCase, type Extent, type Figures, type Row } from './harness.ts'

/** Exchanges until everything is compiled. */
const warmUp = 30
const program = fileURLToPath(new URL('./visible-child.js', import.meta.url))

/** From an edit in one process until it is visible in another, over WebRTC. */
export const webrtcVisible: BenchCase = {
  name: 'edit to visible',
  async run(extent) {
    const count = extent === 'quick' ? 100 : 500
    const { room, stock } = await interleaved(runs(extent), {
      room: () => exchange('room', count),
      stock: () => exchange('y-webrtc', count),
    })
    return (['p50', 'p99'] as const).map((at): Row => ({
      what: `edit to visible at the other peer over WebRTC, ${at}`,
      reached: room[at]! / stock[at]!,
      unit: 'x',
      target: { better: 'less', must: 2, goal: 1 },
      ours: `${round(room[at]!)} ms, durable at the author, signed, sealed`,
      reference: `${round(stock[at]!)} ms, y-webrtc in memory`,
      counts: '',
    }))
  },
}

function runs(extent: Extent): number {
  return extent === 'quick' ? 1 : 3
}

async function exchange(kind: 'room' | 'y-webrtc', count: number): Promise<Figures> {
  await using server = await startSignalingServer()
  const start = (...args: readonly string[]): ChildProcess =>
    fork(program, [kind, args[0]!, server.url, String(count), ...args.slice(1)])
  const first = start('first')
  const { ticket } = await message<{ readonly ticket: string }>(first, 'ticket')
  const firstReady = message(first, 'ready')
  const second = start('second', ...(kind === 'room' ? [ticket] : []))
  await Promise.all([firstReady, message(second, 'ready')])
  // Both have begun to look for each other: the first edit travels as soon as there is a link.
  const linked = message(second, 'linked')
  const [typed, seen] = [message<Times>(first, 'times'), message<Times>(second, 'times')]
  first.send('begin')
  await linked
  first.send('go on')
  const [began, visible] = [(await typed).times, (await seen).times]
  const gone = Promise.all([once(first, 'exit'), once(second, 'exit')])
  first.disconnect()
  second.disconnect()
  await gone
  // Where several came at once, all of them were seen with the last.
  const delays = began.map((at, length) => visible.slice(length).find((seenAt) => seenAt !== null)! - at!).slice(warmUp)
  return { p50: quantile(delays, 0.5), p99: quantile(delays, 0.99) }
}

interface Times {
  readonly times: readonly (number | null)[]
}

/** The next message that is this word or has it as its key. */
function message<T>(child: ChildProcess, word: string): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`a child ended with code ${code}`)))
    child.on('message', (value) => {
      if (value === word || (typeof value === 'object' && value !== null && word in value)) resolve(value as T)
    })
  })
}
