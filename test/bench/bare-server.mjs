// The baseline: a bare `ws` server with the same SQLite driver opened, which answers every frame with one prepared string.
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import path from 'node:path';
import { WebSocketServer } from 'ws';

const require = createRequire(import.meta.url);
const Database = require('libsql');
const db = new Database(path.join(process.argv[2], 'bare.sqlite'));
db.exec('PRAGMA locking_mode = EXCLUSIVE');
db.prepare('PRAGMA journal_mode = WAL').get();
db.exec('PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS m (id INTEGER PRIMARY KEY, body TEXT)');
const insert = db.prepare('INSERT INTO m (body) VALUES (?)');

const http = createServer((_request, response) => response.end('{"ok":true}'));
new WebSocketServer({ server: http }).on('connection', (socket) => {
  socket.send('{"hello":true}');
  socket.on('message', (data) => {
    const { id, method } = JSON.parse(data.toString());
    if (method === 'write') insert.run(['x'.repeat(300)]);
    socket.send(`{"type":"res","id":"${id}","ok":true,"payload":{"ok":true}}`);
  });
});
http.listen(Number(process.argv[3]), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
