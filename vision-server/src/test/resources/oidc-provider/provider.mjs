// A certified OpenID provider with its own pages, where everybody is who they say: REDIRECT_URI=… PEOPLE='{"name":["group"]}' node provider.mjs
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const people = JSON.parse(process.env.PEOPLE);
const server = createServer();
server.listen(0, () => {
  const issuer = `http://localhost:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'kerbwatch',
      client_secret: process.env.CLIENT_SECRET,
      redirect_uris: [process.env.REDIRECT_URI],
      id_token_signed_response_alg: process.env.ALG ?? 'RS256',
    }],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'groups'] },
    // With true, it tells groups and names at the userinfo endpoint alone.
    conformIdTokenClaims: process.env.CONFORM === 'true',
    cookies: { keys: ['for tests'] },
    findAccount: (context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, preferred_username: id, name: `${id} of the city`, groups: people[id] ?? [] }),
    }),
  });
  server.on('request', provider.callback());
  console.log('listening', issuer);
});
