import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Waiter, WaitingRoom } from '#lib/gateway/keys/waiting-room.ts'

interface Guest extends Waiter {
  number: number
}

const callers = ['a', 'b', 'c', 'd']
const operation = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('enter' as const), caller: fc.constantFrom(...callers) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('take' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), which: fc.nat() }) },
)

test('it is a round of queues, whoever comes and goes', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 100 }), (operations) => {
      const room = new WaitingRoom<Guest>()
      /** The same as arrays: the first queue is served next, and goes to the end. */
      let round: Guest[][] = []
      let number = 0
      for (const step of operations) {
        if (step.kind === 'enter') {
          const guest = { caller: step.caller, number: number++ }
          const queue = round.find(([first]) => first?.caller === step.caller)
          const aheadAtMost = room.aheadOf(step.caller)
          expect(aheadAtMost).toBeLessThanOrEqual(room.size)
          if (queue) queue.push(guest)
          else round.push([guest])
          room.enter(guest)
        } else if (step.kind === 'take') {
          const [queue, ...others] = round
          const expected = queue?.shift()
          round = queue && queue.length > 0 ? [...others, queue] : others
          expect(room.take()).toBe(expected)
        } else {
          const all = round.flat()
          const guest = all[step.which % Math.max(1, all.length)]
          if (!guest) continue
          room.leave(guest)
          room.leave(guest)
          round = round
            .map((queue) => queue.filter((one) => one !== guest))
            .filter((queue) => queue.length > 0)
        }
        expect(room.size).toBe(round.flat().length)
        for (const caller of callers) {
          expect(room.sizeOf(caller)).toBe(round.flat().filter((guest) => guest.caller === caller).length)
        }
      }
    }),
  )
})

test('nobody is served later than was said, though others keep coming', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...callers), { maxLength: 40 }),
      fc.constantFrom(...callers),
      (before, me) => {
        const room = new WaitingRoom<Guest>()
        for (const caller of before) room.enter({ caller, number: 0 })
        const ahead = room.aheadOf(me)
        const mine = { caller: me, number: 1 }
        room.enter(mine)
        let served = 0
        for (let guest = room.take(); guest !== mine; guest = room.take()) {
          served++
          // Whoever is here already comes back for more at once.
          if (guest && guest.caller !== me) room.enter({ caller: guest.caller, number: 2 })
        }
        expect(served).toBeLessThanOrEqual(
          (before.filter((caller) => caller === me).length + 1) * callers.length,
        )
        expect(ahead).toBeLessThanOrEqual(before.length)
      },
    ),
  )
})
