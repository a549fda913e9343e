import assert from 'node:assert/strict'
import { KeepingEmitter } from '../../../src/lib/keeping-emitter.ts'

describe('an emitter that keeps what nobody has heard yet', () => {
  interface Facts {
    fact: number
    other: string
  }

  it('hands it to the first listener, in its order, and goes on from there', () => {
    const emitter = new KeepingEmitter<Facts>()
    const [first, second, others]: [number[], number[], string[]] = [[], [], []]
    emitter.emit('fact', 1)
    emitter.emit('other', 'a')
    emitter.emit('fact', 2)
    const stop = emitter.on('fact', (value) => first.push(value))
    assert.deepEqual(first, [1, 2])
    emitter.on('fact', (value) => second.push(value))
    emitter.emit('fact', 3)
    stop()
    emitter.emit('fact', 4)
    emitter.on('other', (value) => others.push(value))
    assert.deepEqual([first, second, others], [[1, 2, 3], [3, 4], ['a']])
  })

  it('keeps the newest thousand', () => {
    const emitter = new KeepingEmitter<Facts>()
    for (let fact = 0; fact < 2500; fact++) emitter.emit('fact', fact)
    const heard: number[] = []
    emitter.on('fact', (value) => heard.push(value))
    assert.deepEqual([heard.length, heard[0], heard.at(-1)], [1000, 1500, 2499])
  })

  it('keeps nothing once somebody has listened', () => {
    const emitter = new KeepingEmitter<Facts>()
    emitter.on('fact', () => {})()
    emitter.emit('fact', 1)
    const heard: number[] = []
    emitter.on('fact', (value) => heard.push(value))
    assert.deepEqual(heard, [])
  })
})
