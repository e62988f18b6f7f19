import { describe, expect, test } from 'vitest';
import { readTables, unproven } from '../../../scripts/checks/protocol-table.mjs';

const table = `
| What | Where | Test |
| --- | --- | --- |
| connect | native | unit/a: is answered |
| \`a \\| b\` | native | \`unit/a: takes a \\| b\` |
| nothing | native | |

| Other | Column |
| --- | --- |
| no | test here |
`;

const report = {
  testResults: [
    {
      name: '/somewhere/test/unit/a.test.ts',
      assertionResults: [
        { fullName: 'connect is answered', status: 'passed' },
        { fullName: 'connect takes a | b', status: 'failed' },
      ],
    },
  ],
};

describe('the table of the protocol', () => {
  test('reads the rows of tables with a test column, and says which have none', () => {
    const { rows, faults } = readTables(table);
    expect(rows).toMatchObject([
      { item: 'connect', file: 'unit/a', test: 'is answered' },
      { item: '`a | b`', file: 'unit/a', test: 'takes a | b' },
    ]);
    expect(faults).toEqual(['line 6: no test is named for nothing']);
  });

  test('is unproven where the test failed, is gone, or its file is', () => {
    const { rows } = readTables(table);
    expect(unproven(rows, report)).toEqual([
      'line 5: `a | b`: no passed test in unit/a is named “takes a | b”',
    ]);
    expect(unproven(rows, { testResults: [] })).toHaveLength(2);
  });
});
