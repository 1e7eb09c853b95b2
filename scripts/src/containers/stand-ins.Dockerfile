# Stand-ins for the base images on a machine that cannot pull them: small Debian root file systems
# created by base-images.ts.
FROM scratch AS node
ADD node-root.tar /
COPY authorities.crt /etc/ssl/certs/ca-certificates.crt
COPY node/package/bin/node /usr/local/bin/node
COPY npm/package /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
  && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx \
  && chmod 755 /usr/local/lib/node_modules/npm/bin/*.js \
  && groupadd --gid 1000 node && useradd --uid 1000 --gid node --create-home node
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
CMD ["node"]

FROM scratch AS stores
ADD store-root.tar /

FROM stores AS redis
RUN mkdir -p /data && chown redis:redis /data
VOLUME /data
WORKDIR /data
CMD ["redis-server"]

FROM stores AS nginx
RUN ln -sf /dev/stderr /var/log/nginx/error.log && ln -sf busybox /usr/bin/wget
STOPSIGNAL SIGQUIT
USER 101
CMD ["nginx", "-g", "daemon off;"]

# Forwards connections to a database outside the container.
FROM stores AS mongo
RUN groupadd --system mongodb \
  && useradd --system --gid mongodb --home /data/db mongodb \
  && mkdir -p /data/db && chown mongodb /data/db
VOLUME /data/db
CMD ["true"]
