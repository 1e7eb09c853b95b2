import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** A name server that receives every query and answers none. */
export const startSilentNameServer = async () => {
  const socket = createSocket('udp4');
  let questions = 0;
  socket.on('message', () => {
    questions += 1;
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    questions: () => questions,
    stop: () => {
      socket.close();
    },
  };
};
