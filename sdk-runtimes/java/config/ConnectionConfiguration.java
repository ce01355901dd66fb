package com.amazonaws.opensdk.config;

/** Connections of a client. A member that is not set leaves what Java does by itself. */
public class ConnectionConfiguration {
    private Integer maxConnections;
    private Long connectionMaxIdleMillis;

    /** Requests under way at once; others wait. */
    public ConnectionConfiguration maxConnections(int maxConnections) {
        this.maxConnections = maxConnections;
        return this;
    }

    public Integer getMaxConnections() {
        return maxConnections;
    }

    /** How long a connection may lie idle and still be used. */
    public ConnectionConfiguration connectionMaxIdleMillis(long connectionMaxIdleMillis) {
        this.connectionMaxIdleMillis = connectionMaxIdleMillis;
        return this;
    }

    public Long getConnectionMaxIdleMillis() {
        return connectionMaxIdleMillis;
    }
}
