#!/bin/sh
# A shop's checkout with curl 7.71 or newer. Needs the API key in FLASHRESERVE_KEY.
#   sh shop.sh checkout ORDER CUSTOMER PRODUCT QUANTITY
#   sh shop.sh webhook PAYMENT
#   sh shop.sh give-up RESERVATION
#   sh shop.sh send-back RESERVATION REASON
set -eu
flashreserve=${FLASHRESERVE_URL:-http://localhost:3000}
provider=${PROVIDER_URL:-http://localhost:4000}
sorry='Something went wrong on our side. You were not charged.'
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

# call METHOD URL [BODY [KEY]] sends a request until it has an outcome: all attempts with one key
# are one request. Sets $http. The API key goes through a pipe, as everybody sees arguments (ps).
call() {
  case $2 in
  "$flashreserve"/*) credential="authorization: Bearer $FLASHRESERVE_KEY" ;;
  *) credential='x-no-credential: 1' ;;
  esac
  http=$(printf '%s\n' "$credential" | curl --silent --show-error --output "$answer" \
    --write-out '%{http_code}' --max-time 10 --retry 4 --retry-all-errors --retry-max-time 20 \
    --request "$1" --header @- --header 'content-type: application/json' \
    ${4:+--header "idempotency-key: $4"} ${3:+--data "$3"} "$2")
}

# Prints a member of the answer.
get() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" "$answer"; }

refuse() {
  echo "{\"message\":\"$1\"}"
  exit 1
}

case ${1:-} in
checkout) # Holds the units, then asks for the money.
  call POST "$flashreserve/reservations/$4" \
    "{\"customerId\":\"$3\",\"quantity\":$5,\"externalReference\":\"$2\"}" "$2"
  if [ "$http" -ge 400 ]; then
    echo "Order $2: $(cat "$answer")" >&2
    case $(get reason) in
    OUT_OF_STOCK) refuse 'Sold out for now. Units come back when others give up: try again in a few minutes.' ;;
    OPEN_HOLDS_LIMITED) refuse 'You hold as much as one customer may. Pay for it or give it up first.' ;;
    PRODUCT_NOT_FOUND) refuse 'This is not on sale.' ;;
    RESERVATION_EXPIRED) refuse 'That took too long. Please order again.' ;;
    *) refuse "$sorry" ;;
    esac
  fi
  [ "$(get status)" = PENDING ] || refuse "This order is $(get status)."
  reservation=$(get reservationId)
  call POST "$provider/payments" \
    "{\"amount\":$(get total),\"currency\":\"$(get currency)\",\"reference\":\"$reservation\"}" "$reservation"
  echo "{\"reservationId\":\"$reservation\",\"payUrl\":\"$(get payUrl)\"}"
  ;;
webhook) # A payment has changed. Anybody can send a webhook, so ask the provider what is true.
  call GET "$provider/payments/$2"
  [ "$(get status)" = paid ] || { echo '{"outcome":"nothing to do"}' && exit; }
  reservation=$flashreserve/reservations/$(get reference)
  call POST "$reservation/confirm"
  # Too late: take the units again, if they are still there.
  [ "$(get reason)" != RESERVATION_EXPIRED ] || call POST "$reservation/revive"
  case $http in
  200) echo '{"outcome":"sold"}' ;;
  409)
    call POST "$provider/payments/$2/refund" '' "$2"
    echo '{"outcome":"refunded"}'
    ;;
  *) cat "$answer" >&2 && refuse "$sorry" ;; # Exit status 1: let the provider send it again.
  esac
  ;;
give-up) # If the payment was faster, the outcome is RESERVATION_CONFIRMED: it is sold.
  call POST "$flashreserve/reservations/$2/cancel"
  [ "$http" = 200 ] && outcome=$(get status) || outcome=$(get reason)
  echo "{\"outcome\":\"$outcome\"}"
  ;;
send-back) # The customer sends everything back: it goes on sale again, and the money goes back.
  call POST "$flashreserve/reservations/$2/return" "{\"reason\":\"$3\"}" everything
  [ "$http" = 200 ] || { echo "{\"outcome\":\"$(get reason)\"}" && exit; }
  outcome=$(get status)
  reference=$(get replaces) # Of a revived one: its payment is that of the expired one.
  call POST "$provider/payments/${reference:-$2}/refund" '' "${reference:-$2}"
  echo "{\"outcome\":\"$outcome\"}"
  ;;
*) sed -n '3,6s/^# *//p' "$0" >&2 && exit 2 ;;
esac
