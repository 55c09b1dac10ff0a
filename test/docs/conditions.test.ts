import { expect, test } from 'vitest'
import { CONDITIONS } from '../../src/controller/desired/conditions.ts'
import { documentedConditions, isOfForm } from './conditions.ts'

test('the page of conditions has every condition, status and reason that the controller writes, and no other', () => {
  const written = Object.entries(CONDITIONS).flatMap(([on, conditions]) =>
    Object.entries(conditions).flatMap(([type, statuses]) =>
      Object.entries(statuses).flatMap(([status, reasons]) =>
        reasons.map((reason) => `${on} ${type}=${status} ${reason}`),
      ),
    ),
  )
  const told = documentedConditions().map(
    ({ on, type, status, reason }) => `${on} ${type}=${status} ${reason}`,
  )
  expect(told.toSorted()).toEqual(written.toSorted())
})

test('each has a message, whose form is told from others', () => {
  for (const { reason, messages } of documentedConditions()) expect(messages, reason).not.toEqual([])
  expect(isOfForm('There is no Service "a".', ['There is no Service "<name>".'])).toBe(true)
  expect(isOfForm('A is down. B is down.', ['<cluster> is down.'])).toBe(true)
  expect(isOfForm('There is a Service.', ['There is no Service "<name>".'])).toBe(false)
})
