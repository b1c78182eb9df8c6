// Receives signed webhooks: npm install, then SECRET=whsec_… PORT=9000 node consumer.mjs
import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(process.env.SECRET);
const seen = new Set();

const server = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString();
  try {
    const message = webhook.verify(body, request.headers);
    const id = request.headers['webhook-id'];
    if (!seen.has(id)) {
      seen.add(id); // a message may come twice
      console.log(message.type, message.data.order?.number ?? '', message.data.site?.name ?? '');
    }
    response.writeHead(204).end();
  } catch (error) {
    response.writeHead(401).end(error.message);
  }
});
server.listen(process.env.PORT ?? 9000, '127.0.0.1', () => console.log('listening', server.address().port));
