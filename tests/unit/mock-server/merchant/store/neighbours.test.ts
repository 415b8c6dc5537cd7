import { openPostgresEngine } from '../../../../../mock-server/merchant/store/engine/postgres-engine'
import { createTestSchema, describeOnPostgres } from '../../../../support/postgres'

describeOnPostgres('a database that the shop shares', () => {
  it('migrates while others make and drop schemas and tables in it', async () => {
    let isOver = false
    const neighbour = async (): Promise<void> => {
      while (!isOver) {
        const schema = await createTestSchema()
        await schema.query('create table guests (id serial primary key, name text)')
        await schema.query('alter table guests drop column name')
        await schema.drop()
      }
    }
    const neighbours = [neighbour(), neighbour()]
    try {
      for (let shop = 0; shop < 12; shop += 1) {
        const schema = await createTestSchema()
        try {
          await (await openPostgresEngine({ url: schema.url })).close()
        } finally {
          await schema.drop()
        }
      }
    } finally {
      isOver = true
      await Promise.all(neighbours)
    }
  })
})
