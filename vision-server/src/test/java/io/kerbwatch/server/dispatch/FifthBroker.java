package io.kerbwatch.server.dispatch;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.platform.Json;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Takes messages by MQTT 5 as a broker does, through Netty's codec, and says what a test wants of each. */
final class FifthBroker implements AutoCloseable {
    /** What was published. */
    record Published(String topic, int qos, JsonNode body) {}

    final List<Published> published = new CopyOnWriteArrayList<>();
    volatile byte reason;
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel server;

    FifthBroker(int port) {
        server = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new MqttDecoder(1 << 20), MqttEncoder.INSTANCE, new Client());
                    }
                })
                .bind("127.0.0.1", port)
                .syncUninterruptibly()
                .channel();
    }

    @Override
    public void close() {
        server.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** Who has left hears nothing, and nobody minds. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private static void answer(ChannelHandlerContext context, MqttMessage message) {
        context.writeAndFlush(message);
    }

    private final class Client extends SimpleChannelInboundHandler<MqttMessage> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, MqttMessage message) {
            if (message instanceof MqttConnectMessage connect) {
                boolean known = connect.variableHeader().version() == 5
                        && "geheim".equals(new String(connect.payload().passwordInBytes(), StandardCharsets.UTF_8));
                MqttConnAckMessage answer = MqttMessageBuilders.connAck()
                        .returnCode(
                                known
                                        ? MqttConnectReturnCode.CONNECTION_ACCEPTED
                                        : MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USERNAME_OR_PASSWORD)
                        .properties(MqttProperties.NO_PROPERTIES)
                        .build();
                answer(context, answer);
            } else if (message instanceof MqttPublishMessage publish) {
                published.add(new Published(
                        publish.variableHeader().topicName(),
                        publish.fixedHeader().qosLevel().value(),
                        Json.tree(publish.payload().toString(StandardCharsets.UTF_8))));
                answer(
                        context,
                        new MqttMessage(
                                new MqttFixedHeader(MqttMessageType.PUBACK, false, MqttQoS.AT_MOST_ONCE, false, 0),
                                new MqttPubReplyMessageVariableHeader(
                                        publish.variableHeader().packetId(), reason, MqttProperties.NO_PROPERTIES)));
            }
        }
    }
}
