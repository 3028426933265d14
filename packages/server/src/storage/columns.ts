import { customType, text, timestamp } from 'drizzle-orm/pg-core'

/** Bytes; both drivers give a view of their own, here it is always a plain `Uint8Array`. */
export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'bytea',
  toDriver: (value) => value,
  fromDriver: (value) => new Uint8Array(value),
})

/** An instant, to the millisecond. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })

/** The tenant, in every table. */
export const tenantId = () => text('tenant_id').notNull()
