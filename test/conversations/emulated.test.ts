/** Every conversation, held with the emulated kernel. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { placeText } from './conversation';
import { hold } from './emulated';
import { readConversations } from './parse';

suite('conversations with the emulated kernel', () => {
  for (const conversation of readConversations())
    test(`${placeText(conversation.place)} ${conversation.title}`, async () => {
      const wrong = (await hold(conversation)).filter(({ differences }) => differences.length > 0);
      const report = wrong.map(({ exchange, differences }) =>
        [`${placeText(exchange.place)}: $ ${exchange.command}`, ...differences].join('\n'),
      );
      if (report.length > 0) assert.fail(report.join('\n'));
    });
});
